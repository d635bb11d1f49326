-- rows
insert into rank.score values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 7);
refresh materialized view rank.board;

-- attack
set session authorization rank_app;

-- seen
select exists (select from rank.board where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
