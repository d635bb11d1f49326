-- rows
insert into team.task
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', true, true);

-- attack
set session authorization team_app;
set team.tenant = 'a0000000-0000-4000-8000-000000000001';
update team.task set secret = false;

-- seen
reset session authorization;
select exists (select from team.task
                where tenant_id = 'b0000000-0000-4000-8000-000000000002' and secret = false) as seen;
