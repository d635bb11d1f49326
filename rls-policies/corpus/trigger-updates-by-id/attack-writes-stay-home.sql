-- rows
insert into bin.paper values ('a0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-00000000000c', 'of A');
insert into bin.shadow values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization bin_app;
set bin.tenant = 'a0000000-0000-4000-8000-000000000001';
update bin.paper set body = 'by A';

-- seen
reset session authorization;
select exists (select from bin.shadow
                where tenant_id = 'b0000000-0000-4000-8000-000000000002' and body = 'by A') as seen;
