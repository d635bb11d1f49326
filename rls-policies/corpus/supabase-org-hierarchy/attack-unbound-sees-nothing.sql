-- rows
insert into api.org values ('b0000000-0000-4000-8000-000000000002', null, 'of B');

-- attack
set session authorization authenticator;
set role authenticated;

-- seen
select exists (select from api.org_tree('b0000000-0000-4000-8000-000000000002')) as seen;
