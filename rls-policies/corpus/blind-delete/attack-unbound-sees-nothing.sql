-- rows
insert into pos.receipt values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 0);

-- attack
set session authorization pos_app;
delete from pos.receipt;

-- seen
reset session authorization;
select not exists (select from pos.receipt where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
