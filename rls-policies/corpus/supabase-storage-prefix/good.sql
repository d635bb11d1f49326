create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role authenticator login noinherit;
grant anon, authenticated to authenticator;
create role db_owner nologin;
create schema auth;
create table auth.users (id uuid primary key, email text, raw_user_meta_data jsonb, raw_app_meta_data jsonb);
create function auth.jwt() returns jsonb stable language sql
    return coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
create function auth.uid() returns uuid stable language sql
    return (auth.jwt() ->> 'sub')::uuid;
grant usage on schema auth to anon, authenticated, db_owner;
create schema api authorization db_owner;
grant usage on schema api to anon, authenticated;
create schema storage;
grant usage on schema storage to anon, authenticated;
create table storage.buckets (id text primary key, name text not null, public boolean not null default false);
create table storage.objects (id uuid primary key, bucket_id text references storage.buckets, name text not null);
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
grant select, insert on storage.objects to authenticated;
set role db_owner;

reset role;
create policy folder on storage.objects to authenticated
    using (bucket_id = 'files'
           and split_part(name, '/', 1) = (select nullif(auth.jwt() -> 'app_metadata' ->> 'org', '')));
