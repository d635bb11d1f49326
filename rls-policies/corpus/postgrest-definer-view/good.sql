create role view_owner nologin bypassrls;
create role web login;
create role data_owner nologin;
create schema data authorization data_owner;
create schema api authorization view_owner;
grant usage on schema data to view_owner, web;
grant usage on schema api to web;
set role data_owner;

create function data.tenant() returns uuid stable parallel safe
    return nullif(current_setting('data.tenant', true), '')::uuid;
create table data.orders (
    tenant_id uuid not null,
    id        uuid not null,
    total     bigint not null,
    primary key (tenant_id, id)
);
alter table data.orders enable row level security;
alter table data.orders force row level security;
create policy tenant on data.orders
    using (tenant_id = (select data.tenant()))
    with check (tenant_id = (select data.tenant()));
grant select on data.orders to view_owner, web;
reset role;
set role view_owner;
create view api.orders with (security_invoker) as select id, total, tenant_id from data.orders;
grant select on api.orders to web;

reset role;
