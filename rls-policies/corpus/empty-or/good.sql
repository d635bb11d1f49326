create role farm_owner nologin;
create role farm_app login;
create schema farm authorization farm_owner;
grant usage on schema farm to farm_app;
set role farm_owner;

create function farm.tenant() returns uuid stable parallel safe
    return nullif(current_setting('farm.tenant', true), '')::uuid;

create table farm.field (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table farm.field enable row level security;
alter table farm.field force row level security;
create policy tenant on farm.field
    using (tenant_id = (select farm.tenant()));
grant select, insert, update, delete on farm.field to farm_app;

reset role;
