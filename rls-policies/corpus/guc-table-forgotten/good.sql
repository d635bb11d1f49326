create role shop_owner nologin;
create role shop_app login;
create schema shop authorization shop_owner;
grant usage on schema shop to shop_app;
set role shop_owner;

create function shop.tenant() returns uuid stable parallel safe
    return nullif(current_setting('shop.tenant', true), '')::uuid;

create table shop.orders (
    tenant_id uuid not null,
    id        uuid not null,
    total     bigint not null,
    primary key (tenant_id, id)
);
alter table shop.orders enable row level security;
alter table shop.orders force row level security;
create policy tenant on shop.orders
    using (tenant_id = (select shop.tenant()))
    with check (tenant_id = (select shop.tenant()));
grant select, insert, update, delete on shop.orders to shop_app;

create table shop.gift_card (
    tenant_id uuid not null,
    id        uuid not null,
    balance   bigint not null,
    primary key (tenant_id, id)
);
alter table shop.gift_card enable row level security;
alter table shop.gift_card force row level security;
create policy tenant on shop.gift_card
    using (tenant_id = (select shop.tenant()))
    with check (tenant_id = (select shop.tenant()));
grant select, insert, update, delete on shop.gift_card to shop_app;

reset role;
