-- rows
insert into lab.probe values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization lab_app;

-- seen
select exists (select from lab.probe where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
