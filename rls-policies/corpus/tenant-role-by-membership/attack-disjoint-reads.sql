-- rows
insert into store.basket values ('tenant_globex', 'c0000000-0000-4000-8000-00000000000c', 7);

-- attack
set session authorization tenant_acme;

-- seen
select exists (select from store.basket where tenant = 'tenant_globex') as seen;
