create role cdn_owner nologin;
create role cdn_app login;
create schema cdn authorization cdn_owner;
grant usage on schema cdn to cdn_app;
set role cdn_owner;

create function cdn.tenant() returns uuid stable parallel safe
    return nullif(current_setting('cdn.tenant', true), '')::uuid;

create table cdn.asset (
    tenant_id uuid not null,
    id        uuid not null,
    path      text not null,
    primary key (tenant_id, id)
);
alter table cdn.asset enable row level security;
alter table cdn.asset force row level security;
create policy tenant on cdn.asset
    using (tenant_id = (select cdn.tenant()));
grant select, insert, update, delete on cdn.asset to cdn_app;

reset role;
