create role hasura_owner nologin;
create role hasura_user login;
create schema store authorization hasura_owner;
grant usage on schema store to hasura_user;
set role hasura_owner;

create function store.claim(name text) returns text stable language sql
    return nullif(current_setting('hasura.user', true), '')::jsonb ->> name;
create table store.orders (
    tenant_id uuid not null,
    id        uuid not null,
    total     bigint not null,
    primary key (tenant_id, id)
);
alter table store.orders enable row level security;
alter table store.orders force row level security;
create policy tenant on store.orders
    using (tenant_id = (select store.claim('x-hasura-tenant-id')::uuid));
grant select, insert, update, delete on store.orders to hasura_user;

reset role;
