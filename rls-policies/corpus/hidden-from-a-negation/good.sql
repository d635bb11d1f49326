create role cafe_owner nologin;
create role cafe_app login;
create schema cafe authorization cafe_owner;
grant usage on schema cafe to cafe_app;
set role cafe_owner;

create function cafe.tenant() returns uuid stable parallel safe
    return nullif(current_setting('cafe.tenant', true), '')::uuid;
create table cafe.branch (
    tenant_id uuid not null,
    id        uuid not null primary key,
    unique (tenant_id, id)
);
alter table cafe.branch enable row level security;
alter table cafe.branch force row level security;
create policy tenant on cafe.branch for select
    using (tenant_id = (select cafe.tenant()));
grant select on cafe.branch to cafe_app;
create table cafe.sale (
    tenant_id uuid not null,
    branch_id uuid not null,
    number    int not null,
    primary key (tenant_id, branch_id, number),
    foreign key (tenant_id, branch_id) references cafe.branch (tenant_id, id)
);
alter table cafe.sale enable row level security;
alter table cafe.sale force row level security;
create policy tenant on cafe.sale for select
    using (exists (select from cafe.branch b
                    where b.tenant_id = sale.tenant_id and b.id = sale.branch_id
                      and b.tenant_id = (select cafe.tenant())));
grant select on cafe.sale to cafe_app;

reset role;
