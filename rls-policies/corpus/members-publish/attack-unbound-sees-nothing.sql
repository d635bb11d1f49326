-- rows
insert into api.article (org_id, title) values ('b0000000-0000-4000-8000-000000000002', 'of B');

-- attack
set session authorization authenticator;
set role authenticated;

-- seen
select exists (select from api.article) as seen;
