-- rows
-- none

-- attack
set session authorization desk_app;
insert into desk.bill values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'by A');

-- seen
reset session authorization;
select exists (select from desk.bill where org_id = 'b0000000-0000-4000-8000-000000000002') as seen;
