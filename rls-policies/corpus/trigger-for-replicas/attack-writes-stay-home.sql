-- rows
insert into crm.lead values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'of A');

-- attack
set session authorization crm_app;
set crm.tenant = 'a0000000-0000-4000-8000-000000000001';
update crm.lead set tenant_id = 'b0000000-0000-4000-8000-000000000002';

-- seen
reset session authorization;
select exists (select from crm.lead where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
