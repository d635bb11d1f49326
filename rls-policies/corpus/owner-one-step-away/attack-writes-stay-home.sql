-- rows
insert into fleet.truck values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization fleet_app;
set fleet.tenant = 'a0000000-0000-4000-8000-000000000001';
truncate fleet.truck;

-- seen
reset session authorization;
select not exists (select from fleet.truck where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
