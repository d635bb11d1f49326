-- rows
insert into api.team values ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001', 'of A');
insert into api.team values ('b0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000002', 'of B');
insert into api.team_member values ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001');
insert into api.team_member values ('b0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000002');
insert into api.document
    values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';
update api.team set org_id = 'b0000000-0000-4000-8000-000000000002';

-- seen
select exists (select from api.document where org_id = 'b0000000-0000-4000-8000-000000000002') as seen;
