-- rows
-- none

-- attack
set session authorization authenticator;
set role anon;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';
insert into api.subscriber values ('c0000000-0000-4000-8000-00000000000c', 'a@example.com');

-- seen
set request.jwt.claims = '{"sub": "b0000000-0000-4000-8000-000000000002"}';
select exists (select from api.subscriber where email = 'a@example.com') as seen;
