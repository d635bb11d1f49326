create role dash_owner nologin;
create role dash_app login;
create schema dash authorization dash_owner;
grant usage on schema dash to dash_app;
set role dash_owner;

create function dash.tenant() returns uuid stable parallel safe
    return nullif(current_setting('dash.tenant', true), '')::uuid;
create table dash.sale (
    tenant_id uuid not null,
    id        uuid not null,
    amount    bigint not null,
    primary key (tenant_id, id)
);
alter table dash.sale enable row level security;
create policy tenant on dash.sale
    using (tenant_id = (select dash.tenant()))
    with check (tenant_id = (select dash.tenant()));
grant select, insert, update, delete on dash.sale to dash_app;

create materialized view dash.daily as
    select tenant_id, sum(amount) as amount from dash.sale group by tenant_id;
create view dash.today with (security_barrier) as
    select tenant_id, amount from dash.daily where tenant_id = (select dash.tenant());
grant select on dash.today to dash_app;

reset role;
