-- rows
insert into desk.event
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', '2026-05-02', 'of B');

-- attack
set session authorization desk_app;

-- seen
select exists (select from desk.event_202605 where org_id = 'b0000000-0000-4000-8000-000000000002') as seen;
