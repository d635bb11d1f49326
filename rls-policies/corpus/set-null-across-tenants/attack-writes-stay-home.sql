-- rows
insert into org.project values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'of A');
insert into org.task
    values ('b0000000-0000-4000-8000-000000000002', 'd0000000-0000-4000-8000-00000000000d',
            'c0000000-0000-4000-8000-00000000000c');

-- attack
set session authorization org_app;
set org.tenant = 'a0000000-0000-4000-8000-000000000001';
delete from org.project;

-- seen
reset session authorization;
select exists (select from org.task
                where tenant_id = 'b0000000-0000-4000-8000-000000000002' and project_id is null) as seen;
