-- rows
insert into que.job values ('b0000000-0000-4000-8000-000000000002', default, '{}');

-- attack
set session authorization que_app;
set que.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from que.job where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
