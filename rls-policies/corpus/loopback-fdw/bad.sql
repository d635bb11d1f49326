create extension postgres_fdw;
create role dwh_owner nologin;
create role dwh_app login;
create schema dwh authorization dwh_owner;
grant usage on schema dwh to dwh_app;
set role dwh_owner;

create function dwh.tenant() returns uuid stable parallel safe
    return nullif(current_setting('dwh.tenant', true), '')::uuid;

create table dwh.sale (
    tenant_id uuid not null,
    id        uuid not null,
    amount    bigint not null,
    primary key (tenant_id, id)
);
alter table dwh.sale enable row level security;
alter table dwh.sale force row level security;
create policy tenant on dwh.sale
    using (tenant_id = (select dwh.tenant()))
    with check (tenant_id = (select dwh.tenant()));
grant select, insert, update, delete on dwh.sale to dwh_app;

reset role;
create server self foreign data wrapper postgres_fdw options (host 'localhost', dbname 'dwh');
create user mapping for public server self options (user 'dwh_owner', password 'not-a-secret');
grant usage on foreign server self to dwh_owner;
set role dwh_owner;
create foreign table dwh.sale_far (tenant_id uuid, id uuid, amount bigint) server self
    options (schema_name 'dwh', table_name 'sale');
grant select on dwh.sale_far to dwh_app;

reset role;
