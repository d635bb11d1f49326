-- rows
insert into storage.buckets values ('files', 'files');
insert into storage.objects values ('c0000000-0000-4000-8000-00000000000c', 'files', '/of nobody');

-- attack
set session authorization authenticator;
set role authenticated;
set request.jwt.claims = '{"app_metadata": {"org": ""}}';

-- seen
select exists (select from storage.objects where name = '/of nobody') as seen;
