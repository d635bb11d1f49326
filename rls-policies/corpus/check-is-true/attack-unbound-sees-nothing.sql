-- rows
-- none

-- attack
set session authorization log_app;
insert into log.line values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- seen
reset session authorization;
select exists (select from log.line where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
