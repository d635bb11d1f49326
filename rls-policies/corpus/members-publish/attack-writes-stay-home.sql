-- rows
insert into api.article (org_id, title) values ('b0000000-0000-4000-8000-000000000002', 'of B');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';

update api.article set title = 'by A';

-- seen
reset session authorization;
select exists (select from api.article where title = 'by A') as seen;
