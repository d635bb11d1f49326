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
create role service nologin bypassrls;
grant usage on schema api to service;
alter default privileges for role db_owner in schema api grant execute on functions to anon, authenticated, service;
set role db_owner;

create table api.bill (
    user_id uuid not null,
    id      uuid not null,
    memo    text not null,
    primary key (user_id, id)
);
alter table api.bill enable row level security;
create policy own on api.bill to authenticated
    using (user_id = (select auth.uid()));
grant select on api.bill to authenticated;
create function api.close_bill(wanted uuid) returns void security definer language sql
    set search_path = pg_catalog, pg_temp
    as $$ delete from api.bill b where b.id = wanted $$;
revoke all on function api.close_bill(uuid) from public, anon, authenticated;
grant all on function api.close_bill(uuid) to service;

reset role;
