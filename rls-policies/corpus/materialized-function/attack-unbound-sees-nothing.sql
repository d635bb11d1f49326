-- rows
insert into stat.visit values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 7);
refresh materialized view stat.visits;

-- attack
set session authorization stat_app;

-- seen
select exists (select from stat.visits where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
