create role corp_owner nologin;
create role corp_app login;
create role corp_clerk login;
create schema corp authorization corp_owner;
grant usage on schema corp to corp_app;
set role corp_owner;

create function corp.tenant() returns uuid stable parallel safe
    return nullif(current_setting('corp.tenant', true), '')::uuid;
grant usage on schema corp to corp_clerk;
create table corp.unit (
    tenant_id uuid not null,
    id        uuid not null,
    primary key (id)
);
create table corp.seat (
    tenant_id uuid not null,
    id        uuid not null,
    unit_id   uuid not null,
    primary key (tenant_id, id),
    foreign key (unit_id) references corp.unit (id) on delete cascade
);
create index on corp.seat (unit_id);
alter table corp.unit enable row level security;
alter table corp.unit force row level security;
alter table corp.seat enable row level security;
alter table corp.seat force row level security;
create policy tenant on corp.unit
    using (tenant_id = (select corp.tenant()))
    with check (tenant_id = (select corp.tenant()));
create policy tenant on corp.seat
    using (tenant_id = (select corp.tenant()))
    with check (tenant_id = (select corp.tenant()));
grant select, delete on corp.unit to corp_app;
grant select, insert on corp.seat to corp_clerk;

reset role;
