-- rows
insert into farm.field values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization farm_app;
set farm.tenant = '';

-- seen
select exists (select from farm.field where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
