create role inv_owner nologin;
create role inv_app login;
create schema inv authorization inv_owner;
grant usage on schema inv to inv_app;
set role inv_owner;

create function inv.tenant() returns uuid stable parallel safe
    return nullif(current_setting('inv.tenant', true), '')::uuid;

create table inv.part (
    tenant_id uuid not null,
    id        uuid not null,
    label     text not null,
    primary key (tenant_id, id)
);
alter table inv.part enable row level security;
alter table inv.part force row level security;
create policy reads on inv.part for select using (tenant_id = (select inv.tenant()));
create policy changes on inv.part for update
    using (tenant_id = (select inv.tenant()))
    with check (label <> '');
grant select, update (label) on inv.part to inv_app;

reset role;
