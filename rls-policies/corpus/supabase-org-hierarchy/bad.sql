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
alter table api.membership force row level security;
create policy own on api.membership for select to authenticated
    using (user_id = (select auth.uid()));
grant select on api.membership to authenticated;
create table api.org (
    id        uuid primary key,
    parent_id uuid references api.org,
    name      text not null
);
create index on api.org (parent_id);
alter table api.org enable row level security;
create function api.org_tree(top uuid) returns setof api.org stable security definer language sql
    set search_path = pg_catalog, pg_temp
    as $$
        with recursive below as (
            select o.* from api.org o where o.id = top
            union
            select o.* from api.org o join below on o.parent_id = below.id
        )
        select * from below
    $$;
revoke execute on function api.org_tree(uuid) from public;
grant execute on function api.org_tree(uuid) to authenticated;
create policy members on api.org for select to authenticated
    using (id in (select m.org_id from api.membership m where m.user_id = (select auth.uid())));
grant select on api.org to authenticated;

reset role;
