-- rows
-- none

-- attack
set session authorization authenticator;
set role anon;
insert into api.subscriber values ('c0000000-0000-4000-8000-00000000000c', 'a@example.com');

-- seen
reset session authorization;
select exists (select from api.subscriber where email = 'a@example.com') as seen;
