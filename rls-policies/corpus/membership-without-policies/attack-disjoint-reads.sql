-- rows
insert into api.member values ('b0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000002');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';

-- seen
select exists (select from api.member where user_id = 'b0000000-0000-4000-8000-000000000002') as seen;
