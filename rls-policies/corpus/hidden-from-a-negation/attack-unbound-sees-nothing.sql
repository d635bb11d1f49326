-- rows
insert into cafe.branch values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c');
insert into cafe.sale values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 1);

-- attack
set session authorization cafe_app;
reset cafe.tenant;

-- seen
select exists (select from cafe.sale where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
