create role old_owner nologin;
create role old_app login;
create schema old authorization old_owner;
grant usage on schema old to old_app;
set role old_owner;

create function old.tenant() returns uuid stable parallel safe
    return nullif(current_setting('old.tenant', true), '')::uuid;

create table old.item (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table old.item enable row level security;
alter table old.item force row level security;
create policy tenant on old.item
    using (tenant_id = (select old.tenant()))
    with check (tenant_id = (select old.tenant()));
grant select, insert, update, delete on old.item to old_app;
create table old.item_copy (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table old.item_copy enable row level security;
create policy tenant on old.item_copy
    using (tenant_id = (select old.tenant()))
    with check (tenant_id = (select old.tenant()));
grant select, insert, update, delete on old.item_copy to old_app;
create rule keep as on insert to old.item do also insert into old.item_copy values (new.*);

reset role;
