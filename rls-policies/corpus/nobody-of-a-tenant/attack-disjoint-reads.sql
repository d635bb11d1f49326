-- rows
insert into care.record values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c',
    'd0000000-0000-4000-8000-00000000000d', 'of B');

-- attack
set session authorization care_app;
set care.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from care.record where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
