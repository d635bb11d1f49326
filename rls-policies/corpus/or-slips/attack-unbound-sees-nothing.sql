-- rows
insert into team.task
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', true, true);

-- attack
set session authorization team_app;

-- seen
select exists (select from team.task where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
