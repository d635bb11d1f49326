create role scan_owner nologin;
create role scan_app login;
create schema scan authorization scan_owner;
grant usage on schema scan to scan_app;
set role scan_owner;

create function scan.tenant() returns uuid stable parallel safe
    return nullif(current_setting('scan.tenant', true), '')::uuid;

create table scan.page (
    tenant_id uuid not null,
    id        uuid not null,
    path      text not null,
    primary key (tenant_id, id)
);
alter table scan.page enable row level security;
alter table scan.page force row level security;
create policy tenant on scan.page
    using (tenant_id = (select scan.tenant()))
    with check (tenant_id = (select scan.tenant()));
grant select, insert, update, delete on scan.page to scan_app;

reset role;
