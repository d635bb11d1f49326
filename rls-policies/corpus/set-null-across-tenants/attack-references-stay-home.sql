-- rows
insert into org.project values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization org_app;
set org.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into org.task
    values ('a0000000-0000-4000-8000-000000000001', 'd0000000-0000-4000-8000-00000000000d',
            'c0000000-0000-4000-8000-00000000000c');

-- seen
reset session authorization;
select exists (select from org.task t join org.project p on p.id = t.project_id
                where t.tenant_id = 'a0000000-0000-4000-8000-000000000001'
                  and p.tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
