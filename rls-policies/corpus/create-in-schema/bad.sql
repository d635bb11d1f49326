create role cre_owner nologin;
create role cre_app login;
create schema cre authorization cre_owner;
grant usage on schema cre to cre_app;
set role cre_owner;

create function cre.tenant() returns uuid stable parallel safe
    return nullif(current_setting('cre.tenant', true), '')::uuid;

create table cre.thing (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table cre.thing enable row level security;
alter table cre.thing force row level security;
create policy tenant on cre.thing
    using (tenant_id = (select cre.tenant()))
    with check (tenant_id = (select cre.tenant()));
grant select, insert, update, delete on cre.thing to cre_app;
grant create on schema cre to cre_app;

reset role;
