-- rows
insert into geo.country values ('CH', 'Switzerland');
insert into geo.favourite values ('b0000000-0000-4000-8000-000000000002', 'CH');

-- attack
set session authorization geo_app;

-- seen
select exists (select from geo.favourite where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
