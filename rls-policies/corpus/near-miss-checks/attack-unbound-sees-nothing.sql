-- rows
-- none

-- attack
set session authorization near_app;
insert into near.claim values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 0);

-- seen
reset session authorization;
select exists (select from near.claim where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
