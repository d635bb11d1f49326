-- rows
insert into wiki.page values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization wiki_app;
set wiki.tenant = 'a0000000-0000-4000-8000-000000000001';
update wiki.page set body = 'by A';

-- seen
reset session authorization;
select exists (select from wiki.page
                where tenant_id = 'b0000000-0000-4000-8000-000000000002' and body = 'by A') as seen;
