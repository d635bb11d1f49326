create role hr_owner nologin;
create role hr_app login createrole;
create schema hr authorization hr_owner;
grant usage on schema hr to hr_app;
set role hr_owner;

create function hr.tenant() returns uuid stable parallel safe
    return nullif(current_setting('hr.tenant', true), '')::uuid;

create table hr.person (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table hr.person enable row level security;
alter table hr.person force row level security;
create policy tenant on hr.person
    using (tenant_id = (select hr.tenant()))
    with check (tenant_id = (select hr.tenant()));
grant select, insert, update, delete on hr.person to hr_app;

reset role;
