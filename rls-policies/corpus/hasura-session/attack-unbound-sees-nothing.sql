-- rows
insert into store.orders values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 0);

-- attack
set session authorization hasura_user;

-- seen
select exists (select from store.orders where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
