create role ship_owner nologin;
create role ship_app login;
create schema ship authorization ship_owner;
grant usage on schema ship to ship_app;
set role ship_owner;

create function ship.tenant() returns uuid stable parallel safe
    return nullif(current_setting('ship.tenant', true), '')::uuid;

create table ship.parcel (
    tenant_id uuid not null,
    id        uuid not null,
    weight    bigint not null,
    primary key (tenant_id, id)
);
alter table ship.parcel enable row level security;
alter table ship.parcel force row level security;
create policy floor on ship.parcel as restrictive
    using (tenant_id = (select ship.tenant()));
create policy staff on ship.parcel to ship_app using (true);
grant select, delete on ship.parcel to ship_app;

reset role;
