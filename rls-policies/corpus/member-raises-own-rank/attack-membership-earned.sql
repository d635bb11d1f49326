-- rows
insert into api.member (org_id, user_id)
    values ('b0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000002');
insert into api.member (org_id, user_id)
    values ('b0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000001');
insert into api.salary values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 7);

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';
update api.member set role = 'admin';

-- seen
select exists (select from api.salary where org_id = 'b0000000-0000-4000-8000-000000000002') as seen;
