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

create table api.membership (
    org_id  uuid not null,
    user_id uuid not null,
    role    text not null default 'member' check (role in ('member', 'admin')),
    primary key (org_id, user_id)
);
create index on api.membership (user_id);
alter table api.membership enable row level security;
create policy own on api.membership for select to authenticated
    using (user_id = (select auth.uid()));
grant select on api.membership to authenticated;

create function api.is_member(org_id uuid) returns boolean stable security definer language sql
    set search_path = pg_catalog, pg_temp
    as $$ select exists (select from api.membership m where m.org_id = org_id and m.user_id = auth.uid()) $$;
revoke execute on function api.is_member(uuid) from public;
grant execute on function api.is_member(uuid) to authenticated;

create table api.document (
    org_id uuid not null,
    id     uuid not null default gen_random_uuid(),
    title  text not null,
    primary key (org_id, id)
);
alter table api.document enable row level security;
alter table api.document force row level security;
create policy members on api.document to authenticated
    using (api.is_member(org_id));
grant select, insert, update, delete on api.document to authenticated;

reset role;
