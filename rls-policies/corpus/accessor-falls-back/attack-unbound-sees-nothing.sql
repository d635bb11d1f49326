-- rows
insert into depot.crate values ('7d1c4a52-90c3-4f5e-9b1e-3f6f0f1c2a77', 'c0000000-0000-4000-8000-00000000000c', 'gold');

-- attack
set session authorization depot_app;

-- seen
select exists (select from depot.crate where content = 'gold') as seen;
