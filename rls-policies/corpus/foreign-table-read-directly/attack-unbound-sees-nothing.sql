-- rows
insert into dwh.sale values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 1);

-- attack
set session authorization dwh_app;

-- seen
select exists (select from dwh.old_sale where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
