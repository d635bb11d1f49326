create role lab_owner nologin;
create role lab_app login;
create role lab_root nologin bypassrls;
create schema lab authorization lab_owner;
grant usage on schema lab to lab_app;
set role lab_owner;

create function lab.tenant() returns uuid stable parallel safe
    return nullif(current_setting('lab.tenant', true), '')::uuid;

create table lab.sample (
    tenant_id uuid not null,
    id        uuid not null,
    barcode   text not null,
    primary key (tenant_id, id)
);
alter table lab.sample enable row level security;
alter table lab.sample force row level security;
create policy tenant on lab.sample
    using (tenant_id = (select lab.tenant()))
    with check (tenant_id = (select lab.tenant()));
grant select, insert, update, delete on lab.sample to lab_app;

reset role;
grant lab_root to lab_app with admin option;
