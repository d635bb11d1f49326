-- rows
insert into api.ledger values ('b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-00000000000c', 'of B');

-- attack
set session authorization authenticator;
set role authenticated;
select api.enter('b0000000-0000-4000-8000-000000000002', 'guessed');

-- seen
select exists (select from api.ledger where tenant_id = 'b0000000-0000-4000-8000-000000000002') as seen;
