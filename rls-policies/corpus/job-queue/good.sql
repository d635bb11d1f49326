create role que_owner nologin;
create role que_app login;
create role que_worker login;
create schema que authorization que_owner;
grant usage on schema que to que_app;
set role que_owner;

create function que.tenant() returns uuid stable parallel safe
    return nullif(current_setting('que.tenant', true), '')::uuid;

create table que.orders (
    tenant_id uuid not null,
    id        uuid not null,
    total     bigint not null,
    primary key (tenant_id, id)
);
alter table que.orders enable row level security;
alter table que.orders force row level security;
create policy tenant on que.orders
    using (tenant_id = (select que.tenant()))
    with check (tenant_id = (select que.tenant()));
grant select, insert, update, delete on que.orders to que_app;
create table que.job (
    tenant_id uuid not null,
    id        bigint generated always as identity,
    payload   jsonb not null,
    primary key (tenant_id, id)
);
alter table que.job enable row level security;
alter table que.job force row level security;
create policy tenant on que.job
    using (tenant_id = (select que.tenant()))
    with check (tenant_id = (select que.tenant()));
grant insert on que.job to que_app;
grant select, delete on que.job to que_worker;

reset role;
grant usage on schema que to que_worker;
