create role care_owner nologin;
create role care_app login;
create schema care authorization care_owner;
grant usage on schema care to care_app;
set role care_owner;

create function care.tenant() returns uuid stable parallel safe
    return nullif(current_setting('care.tenant', true), '')::uuid;
create table care.record (
    tenant_id uuid not null,
    id        uuid not null,
    person_id uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table care.record enable row level security;
alter table care.record force row level security;
create function care.person() returns uuid stable parallel safe
    return nullif(current_setting('care.person', true), '')::uuid;
create policy own on care.record for select
    using (tenant_id = (select care.tenant()) and person_id = (select care.person())
           or (select care.tenant()) is not null and (select care.person()) is null);
grant select on care.record to care_app;

reset role;
