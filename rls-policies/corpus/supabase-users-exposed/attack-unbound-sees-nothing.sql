-- rows
insert into auth.users values ('b0000000-0000-4000-8000-000000000002', 'b@example.com');

-- attack
set session authorization authenticator;
set role authenticated;

-- seen
select exists (select from api.account where id = 'b0000000-0000-4000-8000-000000000002') as seen;
