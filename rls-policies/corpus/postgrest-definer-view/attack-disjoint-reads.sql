-- rows
insert into data.orders values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 0);

-- attack
set session authorization web;
set data.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from api.orders where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
