-- rows
insert into storage.buckets values ('files', 'files');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"app_metadata": {"org": "a_b"}}';
insert into storage.objects values ('c0000000-0000-4000-8000-00000000000c', 'files', 'axb/by a');

-- seen
reset session authorization;
select exists (select from storage.objects where name = 'axb/by a') as seen;
