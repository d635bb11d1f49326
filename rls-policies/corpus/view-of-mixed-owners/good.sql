create role desk_owner nologin;
create role desk_app login;
create role desk_views nologin;
create schema report authorization desk_views;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
set role desk_owner;

create function desk.tenant() returns uuid stable parallel safe
    return nullif(current_setting('desk.tenant', true), '')::uuid;
grant usage on schema desk to desk_views;

create table desk.bill (
    tenant_id uuid not null,
    id        uuid not null,
    memo      text not null,
    primary key (tenant_id, id)
);
alter table desk.bill enable row level security;
create policy tenant on desk.bill
    using (tenant_id = (select desk.tenant()))
    with check (tenant_id = (select desk.tenant()));
grant select on desk.bill to desk_app;
grant select on desk.bill to desk_views;

create view desk.all_bills with (security_invoker) as select tenant_id, id, memo from desk.bill;
grant select on desk.all_bills to desk_views;

reset role;
grant usage on schema report to desk_app;
set role desk_views;
create view report.bills with (security_barrier) as select tenant_id, id, memo from desk.all_bills;
grant select on report.bills to desk_app;

reset role;
