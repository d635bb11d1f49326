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
create function storage.foldername(name text) returns text[] immutable language sql
    return (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1];
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
grant select on storage.objects to authenticated;
set role db_owner;

create table api.project (
    id      uuid not null primary key default gen_random_uuid(),
    user_id uuid not null,
    name    text not null
);
create index on api.project (user_id);
alter table api.project enable row level security;
alter table api.project force row level security;
create policy own on api.project to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));
grant select, insert, delete on api.project to authenticated;

reset role;
create policy folder on storage.objects for select to authenticated
    using (bucket_id = 'projects'
           and exists (select from api.project p
                        where p.user_id = (select auth.uid()) and p.id::text = (storage.foldername(name))[1]));
