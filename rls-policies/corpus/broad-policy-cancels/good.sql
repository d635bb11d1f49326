create role crm_owner nologin;
create role crm_app login;
create role crm_staff nologin;
create schema crm authorization crm_owner;
grant usage on schema crm to crm_app;
set role crm_owner;

create function crm.tenant() returns uuid stable parallel safe
    return nullif(current_setting('crm.tenant', true), '')::uuid;

create table crm.deal (
    tenant_id uuid not null,
    id        uuid not null,
    value     bigint not null,
    primary key (tenant_id, id)
);
alter table crm.deal enable row level security;
alter table crm.deal force row level security;
create policy floor on crm.deal as restrictive
    using (tenant_id = (select crm.tenant()))
    with check (tenant_id = (select crm.tenant()));
create policy staff on crm.deal to crm_staff using (true);
grant select, insert, update, delete on crm.deal to crm_app;

reset role;
grant crm_staff to crm_app;
