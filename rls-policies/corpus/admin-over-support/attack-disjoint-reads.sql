-- rows
insert into sky.flight values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'B1');

-- attack
set session authorization sky_app;
grant sky_support to sky_app;
set role sky_support;
set sky.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from sky.flight where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
