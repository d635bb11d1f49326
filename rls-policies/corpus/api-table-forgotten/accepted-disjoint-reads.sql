-- rows
insert into api.post values ('c0000000-0000-4000-8000-00000000000c', 'for everybody');

-- attack
set session authorization authenticator;
set role anon;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';

-- seen
select exists (select from api.post where id = 'c0000000-0000-4000-8000-00000000000c') as seen;
