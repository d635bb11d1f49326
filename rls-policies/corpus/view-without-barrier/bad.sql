create role desk_owner nologin;
create role desk_app login;
create schema desk authorization desk_owner;
grant usage on schema desk to desk_app;
set role desk_owner;

create function desk.tenant() returns uuid stable parallel safe
    return nullif(current_setting('desk.tenant', true), '')::uuid;
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

create view desk.my_bills as
    select tenant_id, id, memo from desk.bill where tenant_id = (select desk.tenant());
grant select on desk.my_bills to desk_app;

reset role;
