create role sky_owner nologin;
create role sky_app login;
create role sky_support nologin;
create schema sky authorization sky_owner;
grant usage on schema sky to sky_app, sky_support;
set role sky_owner;

create function sky.tenant() returns uuid stable parallel safe
    return nullif(current_setting('sky.tenant', true), '')::uuid;
create table sky.flight (
    tenant_id uuid not null,
    id        uuid not null,
    gate      text not null,
    primary key (tenant_id, id)
);
alter table sky.flight enable row level security;
alter table sky.flight force row level security;
create policy tenant on sky.flight
    using (tenant_id = (select sky.tenant()))
    with check (tenant_id = (select sky.tenant()));
create policy support on sky.flight for select to sky_support
    using (true);
grant select, insert, update, delete on sky.flight to sky_app;
grant select on sky.flight to sky_support;

reset role;
grant sky_support to sky_app with admin true, inherit false, set false;
