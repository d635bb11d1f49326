-- rows
insert into shop.bill values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 7);

-- attack
\connect - shop_batch

-- seen
select exists (select from shop.bill where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
