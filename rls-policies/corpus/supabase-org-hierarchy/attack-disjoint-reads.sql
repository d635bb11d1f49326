-- rows
insert into api.membership (org_id, user_id)
    values ('d0000000-0000-4000-8000-00000000000d', 'a0000000-0000-4000-8000-000000000001');
insert into api.org values ('b0000000-0000-4000-8000-000000000002', null, 'of B');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';

-- seen
select exists (select from api.org_tree('b0000000-0000-4000-8000-000000000002')) as seen;
