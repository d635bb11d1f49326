-- rows
insert into api.subscriber values ('b0000000-0000-4000-8000-000000000002', 'b@example.com', 'hash of B');

-- attack
set session authorization authenticator;
set role anon;

-- seen
select exists (select from api.subscriber where id = 'b0000000-0000-4000-8000-000000000002') as seen;
