create role geo_owner nologin;
create role geo_app login;
create schema geo authorization geo_owner;
grant usage on schema geo to geo_app;
set role geo_owner;

create function geo.tenant() returns uuid stable parallel safe
    return nullif(current_setting('geo.tenant', true), '')::uuid;

create table geo.address (
    tenant_id uuid not null,
    id        uuid not null,
    country   char(2) not null,
    primary key (tenant_id, id)
);
alter table geo.address enable row level security;
alter table geo.address force row level security;
create policy tenant on geo.address
    using (tenant_id = (select geo.tenant()))
    with check (tenant_id = (select geo.tenant()));
grant select, insert, update, delete on geo.address to geo_app;
create table geo.country (code char(2) primary key, name text not null);
create table geo.currency (code char(3) primary key, digits smallint not null);
create table geo.favourite (
    tenant_id uuid    not null,
    code      char(2) not null references geo.country,
    primary key (tenant_id, code)
);
grant select on geo.country, geo.currency to geo_app;
grant select, insert on geo.favourite to geo_app;

reset role;
