-- rows
insert into api.invoice values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 7);

-- attack
set session authorization api_app;

-- seen
select exists (select from api.invoice where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
