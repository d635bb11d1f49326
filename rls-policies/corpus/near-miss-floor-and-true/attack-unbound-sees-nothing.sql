-- rows
insert into fin.entry values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 0);

-- attack
set session authorization fin_app;

-- seen
select exists (select from fin.entry where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
