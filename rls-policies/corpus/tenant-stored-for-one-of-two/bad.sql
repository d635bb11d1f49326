create role shop_owner nologin;
create role shop_app login;
create role shop_batch login;
create schema shop authorization shop_owner;
grant usage on schema shop to shop_app;
set role shop_owner;

create function shop.tenant() returns uuid stable parallel safe
    return nullif(current_setting('shop.tenant', true), '')::uuid;
create table shop.bill (
    tenant_id uuid not null,
    id        uuid not null,
    total     bigint not null,
    primary key (tenant_id, id)
);
alter table shop.bill enable row level security;
alter table shop.bill force row level security;
create policy tenant on shop.bill
    using (tenant_id = (select shop.tenant()))
    with check (tenant_id = (select shop.tenant()));
grant select, insert, update, delete on shop.bill to shop_app, shop_batch;
grant usage on schema shop to shop_batch;

reset role;
alter role shop_batch set shop.tenant = 'b0000000-0000-4000-8000-000000000002';
