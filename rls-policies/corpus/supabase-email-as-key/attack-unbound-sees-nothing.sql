-- rows
insert into api.profile values ('b0000000-0000-4000-8000-000000000002', '');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001", "email": ""}';

-- seen
select exists (select from api.profile where id = 'b0000000-0000-4000-8000-000000000002') as seen;
