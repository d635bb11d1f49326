-- rows
insert into api.note
    values ('c0000000-0000-4000-8000-00000000000c', 'b0000000-0000-4000-8000-000000000002', 'of B', 'public');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';

-- seen
select exists (select from api.note where user_id = 'b0000000-0000-4000-8000-000000000002') as seen;
