create extension file_fdw;
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
create server archive foreign data wrapper file_fdw;
create foreign table dwh.old_sale (tenant_id uuid, amount bigint) server archive
    options (program 'echo b0000000-0000-4000-8000-000000000002,7', format 'csv');
alter foreign table dwh.old_sale owner to dwh_owner;
create view dwh.my_old_sale with (security_barrier) as
    select tenant_id, amount from dwh.old_sale where tenant_id = (select dwh.tenant());
grant select on dwh.my_old_sale to dwh_app;
