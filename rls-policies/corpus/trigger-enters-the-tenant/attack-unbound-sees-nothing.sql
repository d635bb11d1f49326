-- rows
-- none

-- attack
set session authorization pay_app;
insert into pay.charge values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 7);

-- seen
reset session authorization;
select exists (select from pay.charge where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
