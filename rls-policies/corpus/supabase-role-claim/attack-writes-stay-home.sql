-- rows
insert into api.article values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'by B');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}';
update api.article set body = 'by A';

-- seen
reset session authorization;
select exists (select from api.article where body = 'by A') as seen;
