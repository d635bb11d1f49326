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
set role db_owner;

create table api.ledger (
    tenant_id uuid not null,
    id        uuid not null default gen_random_uuid(),
    note      text,
    primary key (tenant_id, id)
);
create table api.member (
    tenant_id uuid not null,
    user_id   uuid not null,
    primary key (tenant_id, user_id)
);
create index on api.member (user_id);
alter table api.ledger enable row level security;
alter table api.ledger force row level security;
alter table api.member enable row level security;
alter table api.member force row level security;
create policy own on api.member for select to authenticated
    using (user_id = (select auth.uid()));
create policy home on api.ledger to authenticated
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select on api.member to authenticated;
grant select, insert, update, delete on api.ledger to authenticated;

create function api.enter(wanted uuid) returns void language sql
    set search_path = pg_catalog, pg_temp
    as $$
        select set_config('app.tenant_id', m.tenant_id::text, true)
          from api.member m
         where m.tenant_id = wanted and m.user_id = auth.uid()
    $$;
revoke execute on function api.enter(uuid) from public;
grant execute on function api.enter(uuid) to authenticated;

reset role;
