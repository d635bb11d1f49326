create role web_owner nologin;
create role web_app login;
create schema web authorization web_owner;
grant usage on schema web to web_app;
set role web_owner;

create function web.tenant() returns uuid stable parallel safe
    return nullif(current_setting('web.tenant', true), '')::uuid;

create table web.site (
    tenant_id uuid not null,
    id        uuid not null,
    slug      text not null,
    unique (tenant_id, slug),
    primary key (tenant_id, id)
);
alter table web.site enable row level security;
alter table web.site force row level security;
create policy tenant on web.site
    using (tenant_id = (select web.tenant()))
    with check (tenant_id = (select web.tenant()));
grant select, insert, update, delete on web.site to web_app;

reset role;
