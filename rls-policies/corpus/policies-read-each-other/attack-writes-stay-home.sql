-- rows
insert into team.board values ('d0000000-0000-4000-8000-00000000000d', 'common');
insert into team.task values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c',
    'd0000000-0000-4000-8000-00000000000d'), ('b0000000-0000-4000-8000-000000000002',
        'c0000000-0000-4000-8000-00000000000c', 'd0000000-0000-4000-8000-00000000000d');

-- attack
set session authorization team_app;
set team.tenant = 'a0000000-0000-4000-8000-000000000001';
update team.task set done = true;

-- seen
reset session authorization;
select exists (select from team.task where tenant_id = 'b0000000-0000-4000-8000-000000000002' and done) as seen;
