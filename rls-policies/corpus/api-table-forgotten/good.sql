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
set role db_owner;

create table api.subscriber (
    id            uuid not null primary key default gen_random_uuid(),
    email         text not null,
    password_hash text not null
);
alter table api.subscriber enable row level security;
create policy own on api.subscriber to authenticated
    using (id = (select auth.uid()))
    with check (id = (select auth.uid()));
grant select (id, email), insert, update (email) on api.subscriber to authenticated;
create table api.post (
    id   uuid not null primary key default gen_random_uuid(),
    body text not null
);
alter table api.post enable row level security;
create policy public_posts on api.post for select to anon using (true);
grant select on api.post to anon;
create table api.country (code char(2) primary key, name text not null);
grant select on api.country to anon, authenticated;

reset role;
