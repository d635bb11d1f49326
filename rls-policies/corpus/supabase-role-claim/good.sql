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
create function auth.role() returns text stable language sql
    return auth.jwt() ->> 'role';
grant usage on schema auth to anon, authenticated, db_owner;
create schema api authorization db_owner;
grant usage on schema api to anon, authenticated;
set role db_owner;

create table api.article (
    author_id uuid not null,
    id        uuid not null default gen_random_uuid(),
    body      text not null,
    primary key (author_id, id)
);
alter table api.article enable row level security;
alter table api.article force row level security;
create policy reads on api.article for select
    using ((select auth.uid()) = author_id or (select auth.role()) = 'service_role');
create policy writes on api.article for update
    using ((select auth.uid()) = author_id or (select auth.role()) = 'service_role')
    with check ((select auth.uid()) = author_id or (select auth.role()) = 'service_role');
grant select, insert, update on api.article to authenticated;

reset role;
