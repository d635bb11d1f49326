-- rows
insert into adm.entry values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization adm_app;
set adm.support = 'on';

-- seen
select exists (select from adm.entry where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
