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
create schema inner_api authorization db_owner;
grant usage on schema api to anon, authenticated;
set role db_owner;

create table api.ledger (
    tenant_id uuid not null,
    id        uuid not null default gen_random_uuid(),
    note      text,
    primary key (tenant_id, id)
);
create table api.door (
    tenant_id uuid not null,
    id        uuid not null default gen_random_uuid(),
    key_hash  bytea not null unique,
    primary key (tenant_id, id)
);
alter table api.ledger enable row level security;
alter table api.ledger force row level security;
alter table api.door enable row level security;
create policy home on api.ledger to authenticated
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert, update, delete on api.ledger to authenticated;

create function inner_api.bind_to(tenant uuid) returns void language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('app.tenant_id', tenant::text, true);
end $$;
revoke execute on function inner_api.bind_to(uuid) from public;

create function api.enter(wanted uuid, key text) returns void security definer language plpgsql
    set search_path = pg_catalog, pg_temp as $$
begin
    perform inner_api.bind_to(wanted);
end $$;
revoke execute on function api.enter(uuid, text) from public;
grant execute on function api.enter(uuid, text) to authenticated;

reset role;
