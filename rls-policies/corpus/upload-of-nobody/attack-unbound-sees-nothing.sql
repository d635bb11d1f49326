-- rows
insert into desk.upload values ('c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization desk_app;

-- seen
select exists (select from desk.upload where id = 'c0000000-0000-4000-8000-00000000000c') as seen;
