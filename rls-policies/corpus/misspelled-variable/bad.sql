create role sub_owner nologin;
create role sub_app login;
create schema sub authorization sub_owner;
grant usage on schema sub to sub_app;
set role sub_owner;

create function sub.tenant() returns uuid stable parallel safe
    return nullif(current_setting('sub.tenant', true), '')::uuid;

create table sub.account (
    tenant_id uuid not null,
    id        uuid not null,
    name      text not null,
    primary key (tenant_id, id)
);
alter table sub.account enable row level security;
alter table sub.account force row level security;
create policy tenant on sub.account
    using (tenant_id = (select sub.tenant()))
    with check (tenant_id = (select sub.tenant()));
grant select, insert, update, delete on sub.account to sub_app;
create table sub.invoice (
    tenant_id uuid not null,
    id        uuid not null,
    amount    bigint not null,
    primary key (tenant_id, id)
);
alter table sub.invoice enable row level security;
alter table sub.invoice force row level security;
create policy tenant on sub.invoice
    using (tenant_id = (select sub.tenant()))
    with check (tenant_id = (select sub.tenant()));
grant select, insert, update, delete on sub.invoice to sub_app;
create table sub.plan (
    tenant_id uuid not null,
    id        uuid not null,
    body      text not null,
    primary key (tenant_id, id)
);
alter table sub.plan enable row level security;
alter table sub.plan force row level security;
create policy tenant on sub.plan
    using (tenant_id = (select nullif(current_setting('sub.tenant_id', true), '')::uuid));
grant select, insert, update, delete on sub.plan to sub_app;

reset role;
