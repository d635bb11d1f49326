create role pos_owner nologin;
create role pos_app login;
create schema pos authorization pos_owner;
grant usage on schema pos to pos_app;
set role pos_owner;

create function pos.tenant() returns uuid stable parallel safe
    return nullif(current_setting('pos.tenant', true), '')::uuid;

create table pos.receipt (
    tenant_id uuid not null,
    id        uuid not null,
    total     bigint not null,
    primary key (tenant_id, id)
);
alter table pos.receipt enable row level security;
alter table pos.receipt force row level security;
create policy reads on pos.receipt for select using (tenant_id = (select pos.tenant()));
create policy removes on pos.receipt for delete using (total = 0);
grant select, delete on pos.receipt to pos_app;

reset role;
