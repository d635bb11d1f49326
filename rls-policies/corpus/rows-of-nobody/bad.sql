create role menu_owner nologin;
create role menu_app login;
create schema menu authorization menu_owner;
grant usage on schema menu to menu_app;
set role menu_owner;

create function menu.tenant() returns uuid stable parallel safe
    return nullif(current_setting('menu.tenant', true), '')::uuid;

create table menu.dish (
    id        uuid primary key,
    tenant_id uuid,
    name      text not null
);
create index on menu.dish (tenant_id);
alter table menu.dish enable row level security;
alter table menu.dish force row level security;
create policy tenant on menu.dish
    using (tenant_id is null or tenant_id = (select menu.tenant()));
grant select, insert, update, delete on menu.dish to menu_app;

reset role;
