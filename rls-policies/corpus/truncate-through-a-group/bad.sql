create role tru_owner nologin;
create role tru_app login;
create role tru_keeper nologin;
grant tru_keeper to tru_app;
create schema tru authorization tru_owner;
grant usage on schema tru to tru_app;
set role tru_owner;

create function tru.tenant() returns uuid stable parallel safe
    return nullif(current_setting('tru.tenant', true), '')::uuid;
create table tru.thing (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table tru.thing enable row level security;
alter table tru.thing force row level security;
create policy tenant on tru.thing
    using (tenant_id = (select tru.tenant()))
    with check (tenant_id = (select tru.tenant()));
grant select, insert, update, delete on tru.thing to tru_app;
grant truncate on tru.thing to tru_keeper;

reset role;
grant usage on schema tru to tru_keeper;
