-- rows
insert into api.ledger values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');
insert into api.member values ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000001');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"sub": "a0000000-0000-4000-8000-000000000001"}';
select api.enter('b0000000-0000-4000-8000-000000000002');

-- seen
select exists (select from api.ledger where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
