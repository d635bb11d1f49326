create role def_owner nologin;
create role def_app login;
create schema def authorization def_owner;
grant usage on schema def to def_app;
set role def_owner;

create function def.tenant() returns uuid stable parallel safe
    return nullif(current_setting('def.tenant', true), '')::uuid;

create table def.thing (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table def.thing enable row level security;
alter table def.thing force row level security;
create policy tenant on def.thing
    using (tenant_id = (select def.tenant()))
    with check (tenant_id = (select def.tenant()));
grant select, insert, update, delete on def.thing to def_app;

reset role;
