-- rows
insert into desk.event
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', '2026-05-02', 'of B');

-- attack
set session authorization desk_app;
set desk.org = 'a0000000-0000-4000-8000-000000000001';
update desk.event_202605 set what = 'by A';

-- seen
reset session authorization;
select exists (select from desk.event where org_id = 'b0000000-0000-4000-8000-000000000002' and what = 'by A') as seen;
