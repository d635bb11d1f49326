-- rows
insert into cit.page values ('ACME', 'c0000000-0000-4000-8000-00000000000c');

-- attack
set session authorization cit_app;
set cit.slug = 'acme';
delete from cit.page;

-- seen
reset session authorization;
select not exists (select from cit.page where tenant::text = 'ACME') as seen;
