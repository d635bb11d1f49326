-- rows
-- none

-- attack
set session authorization box_app;
set box.tenant = 'a0000000-0000-4000-8000-000000000001';
insert into box.outbox values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'by A');

-- seen
reset session authorization;
select exists (select from box.letter where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
