-- rows
insert into care.visit values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization care_app;
set care.tenant = 'a0000000-0000-4000-8000-000000000001';
update care.visit set nurse = 'by A';

-- seen
reset session authorization;
select exists (select from care.visit
                where tenant_id = 'b0000000-0000-4000-8000-000000000002' and nurse = 'by A') as seen;
