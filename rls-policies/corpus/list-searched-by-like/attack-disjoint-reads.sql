-- rows
insert into desk.bill values (1, 'c0000000-0000-4000-8000-00000000000c', 'of 1');

-- attack
set session authorization desk_app;
set desk.orgs = '12,31';

-- seen
select exists (select from desk.bill where org_id = 1) as seen;
