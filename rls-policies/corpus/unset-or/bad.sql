create role taxi_owner nologin;
create role taxi_app login;
create schema taxi authorization taxi_owner;
grant usage on schema taxi to taxi_app;
set role taxi_owner;

create function taxi.tenant() returns uuid stable parallel safe
    return nullif(current_setting('taxi.tenant', true), '')::uuid;

create table taxi.ride (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table taxi.ride enable row level security;
alter table taxi.ride force row level security;
create policy tenant on taxi.ride
    using ((select taxi.tenant()) is null or tenant_id = (select taxi.tenant()));
grant select, insert, update, delete on taxi.ride to taxi_app;

reset role;
