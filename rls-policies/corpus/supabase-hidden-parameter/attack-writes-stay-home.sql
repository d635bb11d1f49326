-- rows
insert into api.membership (org_id, user_id)
    values ('d0000000-0000-4000-8000-00000000000d', 'a0000000-0000-4000-8000-000000000001');
insert into api.document
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';
update api.document set title = 'by A';

-- seen
reset session authorization;
select exists (select from api.document
                where org_id = 'b0000000-0000-4000-8000-000000000002' and title = 'by A') as seen;
