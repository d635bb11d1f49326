create role fleet_owner nologin;
create role fleet_app login;
create schema fleet authorization fleet_owner;
grant usage on schema fleet to fleet_app;
set role fleet_owner;

create function fleet.tenant() returns uuid stable parallel safe
    return nullif(current_setting('fleet.tenant', true), '')::uuid;

create table fleet.truck (
    tenant_id uuid not null,
    id        uuid not null,
    plate     text not null,
    primary key (tenant_id, id)
);
alter table fleet.truck enable row level security;
alter table fleet.truck force row level security;
create policy tenant on fleet.truck
    using (tenant_id = (select fleet.tenant()))
    with check (tenant_id = (select fleet.tenant()));
grant select, insert, update, delete on fleet.truck to fleet_app;

reset role;
grant fleet_owner to fleet_app;
