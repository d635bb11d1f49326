create role menu_owner nologin;
create role menu_app login;
create schema menu authorization menu_owner;
grant usage on schema menu to menu_app;
set role menu_owner;

create function menu.tenant() returns uuid stable parallel safe
    return nullif(current_setting('menu.tenant', true), '')::uuid;

create table menu.dish (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table menu.dish enable row level security;
alter table menu.dish force row level security;
create policy tenant on menu.dish
    using (tenant_id = (select menu.tenant()))
    with check (tenant_id = (select menu.tenant()));
grant select, insert, update, delete on menu.dish to menu_app;

-- What all tenants share is a table of its own, which nobody writes.
create table menu.allergen (code text primary key, name text not null);
grant select on menu.allergen to menu_app;

reset role;
