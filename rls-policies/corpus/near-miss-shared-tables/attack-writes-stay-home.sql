-- rows
insert into geo.country values ('CH', 'Switzerland');

-- attack
set session authorization geo_app;
set geo.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into geo.favourite values ('b0000000-0000-4000-8000-000000000002', 'CH');

-- seen
reset session authorization;
select exists (select from geo.favourite where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
