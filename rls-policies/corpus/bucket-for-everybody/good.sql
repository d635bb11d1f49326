create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role authenticator login noinherit;
grant anon, authenticated to authenticator;
create role db_owner nologin;
create schema auth;
create function auth.jwt() returns jsonb stable language sql
    return coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
create function auth.uid() returns uuid stable language sql
    return (auth.jwt() ->> 'sub')::uuid;
grant usage on schema auth to anon, authenticated, db_owner;
create schema api authorization db_owner;
grant usage on schema api to anon, authenticated;
create schema storage;
grant usage on schema storage to anon, authenticated;
create table storage.objects (
    id        uuid primary key,
    bucket_id text not null,
    name      text not null
);
create function storage.foldername(name text) returns text[] immutable language sql
    return (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1];
alter table storage.objects enable row level security;
grant select, insert, delete on storage.objects to authenticated;
create policy adds on storage.objects for insert to authenticated
    with check (bucket_id = 'scans' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy reads on storage.objects for select to authenticated
    using (bucket_id = 'scans' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy removes on storage.objects for delete to authenticated
    using (bucket_id = 'scans' and (storage.foldername(name))[1] = (select auth.uid())::text);
