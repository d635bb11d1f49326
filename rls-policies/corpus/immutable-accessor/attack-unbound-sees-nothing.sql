-- rows
insert into bil.bill values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization bil_app;
set bil.tenant = 'b0000000-0000-4000-8000-000000000002';
prepare bills as select exists (select from bil.bill where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
execute bills;
reset bil.tenant;

-- seen
execute bills;
