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
create role invitation_lookup nologin;
grant usage on schema api to invitation_lookup;
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
create table api.invitation (
    org_id     uuid not null,
    id         uuid not null default gen_random_uuid(),
    token_hash bytea not null,
    primary key (org_id, id)
);
alter table api.invitation enable row level security;
alter table api.invitation force row level security;
create policy admins on api.invitation to authenticated
    using (org_id in (select m.org_id from api.membership m
                       where m.user_id = (select auth.uid()) and m.role = 'admin'));
grant select, insert, delete on api.invitation to authenticated;

-- The look-up runs as a role that can do nothing else, and that nobody can become.
create policy lookup on api.invitation for select to invitation_lookup using (true);
grant select on api.invitation to invitation_lookup;
create function api.invitation_org(token text) returns uuid stable security definer language sql
    set search_path = pg_catalog, pg_temp
    as $$ select i.org_id from api.invitation i where i.token_hash = sha256(convert_to(token, 'UTF8')) $$;
revoke execute on function api.invitation_org(text) from public;
grant execute on function api.invitation_org(text) to anon, authenticated;
reset role;
alter function api.invitation_org(text) owner to invitation_lookup;

reset role;
