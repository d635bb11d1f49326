-- rows
insert into cdn.asset
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c',
            'a0000000-0000-4000-8000-000000000001/of B');

-- attack
set session authorization cdn_app;
set cdn.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from cdn.asset where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
