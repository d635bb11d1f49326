create role bil_owner nologin;
create role bil_app login;
create schema bil authorization bil_owner;
grant usage on schema bil to bil_app;
set role bil_owner;

create function bil.tenant() returns uuid stable parallel safe
    return nullif(current_setting('bil.tenant', true), '')::uuid;

create function bil.current_tenant() returns uuid immutable parallel safe
    return nullif(current_setting('bil.tenant', true), '')::uuid;

create table bil.bill (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table bil.bill enable row level security;
alter table bil.bill force row level security;
create policy tenant on bil.bill
    using (tenant_id = bil.current_tenant());
grant select, insert, update, delete on bil.bill to bil_app;

reset role;
