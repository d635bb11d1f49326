-- rows
insert into api.document (org_id, title) values ('b0000000-0000-4000-8000-000000000002', 'of B');

-- attack
set session authorization api_worker;

-- seen
select exists (select from api.document) as seen;
