-- rows
insert into depot.crate values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'gold');

-- attack
set session authorization depot_app;

-- seen
select exists (select from depot.crate where content = 'gold') as seen;
