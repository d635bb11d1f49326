-- rows
insert into kb.label values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'blue');

-- attack
set session authorization kb_app;
set kb.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into kb.page values ('a0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-00000000000d', 'blue');

-- seen
reset session authorization;
select exists (select from kb.page p join kb.label l on l.code = p.label
                where p.tenant_id = 'a0000000-0000-4000-8000-000000000001'
                  and l.tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
