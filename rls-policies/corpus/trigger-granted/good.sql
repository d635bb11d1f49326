create role trg_owner nologin;
create role trg_app login;
create schema trg authorization trg_owner;
grant usage on schema trg to trg_app;
set role trg_owner;

create function trg.tenant() returns uuid stable parallel safe
    return nullif(current_setting('trg.tenant', true), '')::uuid;

create table trg.thing (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table trg.thing enable row level security;
alter table trg.thing force row level security;
create policy tenant on trg.thing
    using (tenant_id = (select trg.tenant()))
    with check (tenant_id = (select trg.tenant()));
grant select, insert, update, delete on trg.thing to trg_app;

reset role;
