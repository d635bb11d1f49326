-- rows
insert into kb.label values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'blue');
insert into kb.page values ('b0000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-00000000000d', 'blue');

-- attack
set session authorization kb_app;
set kb.tenant = 'a0000000-0000-4000-8000-000000000001';
update kb.label set code = 'red';

-- seen
reset session authorization;
select exists (select from kb.page where tenant_id = 'b0000000-0000-4000-8000-000000000002' and label = 'red') as seen;
