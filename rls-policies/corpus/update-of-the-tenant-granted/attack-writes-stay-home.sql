-- rows
insert into inv.part values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'of A');

-- attack
set session authorization inv_app;
set inv.tenant = 'a0000000-0000-4000-8000-000000000001';
update inv.part set tenant_id = 'b0000000-0000-4000-8000-000000000002';

-- seen
reset session authorization;
select exists (select from inv.part where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
