create role ref_owner nologin;
create role ref_app login;
create schema ref authorization ref_owner;
grant usage on schema ref to ref_app;
set role ref_owner;

create function ref.tenant() returns uuid stable parallel safe
    return nullif(current_setting('ref.tenant', true), '')::uuid;

create table ref.thing (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table ref.thing enable row level security;
alter table ref.thing force row level security;
create policy tenant on ref.thing
    using (tenant_id = (select ref.tenant()))
    with check (tenant_id = (select ref.tenant()));
grant select, insert, update, delete on ref.thing to ref_app;
grant references on ref.thing to ref_app;

reset role;
