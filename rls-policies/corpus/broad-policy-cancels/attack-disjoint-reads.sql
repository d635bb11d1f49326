-- rows
insert into crm.deal values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 0);

-- attack
set session authorization crm_app;
set crm.tenant = 'a0000000-0000-4000-8000-000000000001';

-- seen
select exists (select from crm.deal where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
