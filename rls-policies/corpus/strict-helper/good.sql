create role lab_owner nologin;
create role lab_app login;
create schema lab authorization lab_owner;
grant usage on schema lab to lab_app;
set role lab_owner;

create function lab.tenant() returns uuid stable parallel safe
    return nullif(current_setting('lab.tenant', true), '')::uuid;
create table lab.probe (
    tenant_id uuid not null,
    id        uuid not null,
    finding   text not null,
    primary key (tenant_id, id)
);
alter table lab.probe enable row level security;
alter table lab.probe force row level security;
create function lab.same(uuid, uuid) returns boolean immutable parallel safe
    return $1 is not distinct from $2;
create policy tenant on lab.probe
    using (coalesce(lab.same(tenant_id, (select lab.tenant())), true));
grant select on lab.probe to lab_app;

reset role;
