-- rows
insert into "Letter" values ('c0000000-0000-4000-8000-00000000000c', 'b0000000-0000-4000-8000-000000000002', 'of B');

-- attack
set session authorization web_app;

-- seen
select exists (select from "Letter" where "tenantId" = 'b0000000-0000-4000-8000-000000000002') as seen;
