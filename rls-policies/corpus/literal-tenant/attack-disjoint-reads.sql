-- rows
insert into demo.sample
    values ('00000000-0000-0000-0000-00000000da7a', 'c0000000-0000-4000-8000-00000000000c', 'of the demo tenant');

-- attack
set session authorization demo_app;
set demo.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from demo.sample where tenant_id = '00000000-0000-0000-0000-00000000da7a') as seen;
