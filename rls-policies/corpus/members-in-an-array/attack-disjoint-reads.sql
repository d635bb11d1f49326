-- rows
insert into pool.circle values ('c0000000-0000-4000-8000-00000000000c', array['a0000000-0000-4000-8000-000000000001',
    'b0000000-0000-4000-8000-000000000002']::uuid[]);
insert into pool.car values ('b0000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-00000000000d',
    'c0000000-0000-4000-8000-00000000000c');

-- attack
set session authorization pool_app;
set pool.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from pool.car where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
