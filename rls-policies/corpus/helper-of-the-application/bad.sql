create role kit_owner nologin;
create role kit_app login;
create schema kit authorization kit_owner;
grant usage on schema kit to kit_app;
set role kit_owner;

create function kit.tenant() returns uuid stable parallel safe
    return nullif(current_setting('kit.tenant', true), '')::uuid;

create table kit.tool (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table kit.tool enable row level security;
alter table kit.tool force row level security;
create policy tenant on kit.tool
    using (tenant_id = (select kit.tenant()))
    with check (tenant_id = (select kit.tenant()));
grant select, insert, update, delete on kit.tool to kit_app;

reset role;
alter function kit.tenant() owner to kit_app;
