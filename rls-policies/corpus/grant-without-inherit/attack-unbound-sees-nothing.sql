-- rows
insert into care.visit values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization care_app;

-- seen
select exists (select from care.visit where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
