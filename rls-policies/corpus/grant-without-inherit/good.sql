create role care_owner nologin;
create role care_app login;
create role care_staff nologin;
grant care_staff to care_app with inherit true;
create schema care authorization care_owner;
grant usage on schema care to care_app;
set role care_owner;

create function care.tenant() returns uuid stable parallel safe
    return nullif(current_setting('care.tenant', true), '')::uuid;

create table care.visit (
    tenant_id uuid not null,
    id        uuid not null,
    nurse     text not null,
    primary key (tenant_id, id)
);
alter table care.visit enable row level security;
alter table care.visit force row level security;
create policy floor on care.visit as restrictive to care_staff
    using (tenant_id = (select care.tenant()));
create policy staff on care.visit using (true);
grant select, insert, update, delete on care.visit to care_app;

reset role;
