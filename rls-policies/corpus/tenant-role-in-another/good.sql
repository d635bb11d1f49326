create role store_owner nologin;
create role tenant_acme login;
create role tenant_globex login;
create schema store authorization store_owner;
grant usage on schema store to tenant_acme, tenant_globex;
set role store_owner;

create table store.basket (
    tenant name not null,
    id     uuid not null,
    total  bigint not null,
    primary key (tenant, id)
);
alter table store.basket enable row level security;
alter table store.basket force row level security;
create policy own on store.basket to tenant_acme, tenant_globex
    using (tenant = current_user);
grant select, insert, update, delete on store.basket to tenant_acme, tenant_globex;

reset role;
