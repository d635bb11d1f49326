-- rows
-- none

-- attack
set session authorization que_app;
set que.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into que.job (tenant_id, payload) values ('b0000000-0000-4000-8000-000000000002', '{}');

-- seen
reset session authorization;
select exists (select from que.job where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
