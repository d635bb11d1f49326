-- rows
insert into storage.buckets values ('files', 'files');
insert into storage.objects values ('c0000000-0000-4000-8000-00000000000c', 'files', 'axb/of b');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"app_metadata": {"org": "a_b"}}';

-- seen
select exists (select from storage.objects where name = 'axb/of b') as seen;
