create role pool_owner nologin;
create role pool_app login;
create schema pool authorization pool_owner;
grant usage on schema pool to pool_app;
set role pool_owner;

create function pool.tenant() returns uuid stable parallel safe
    return nullif(current_setting('pool.tenant', true), '')::uuid;
create table pool.circle (
    id      uuid not null primary key,
    members uuid[] not null
);
create table pool.car (
    tenant_id uuid not null,
    id        uuid not null,
    circle_id uuid not null references pool.circle,
    primary key (tenant_id, id)
);
create index on pool.car (circle_id);
alter table pool.car enable row level security;
alter table pool.car force row level security;
create policy circle on pool.car for select
    using ((select pool.tenant()) in (select unnest(c.members) from pool.circle c where c.id = circle_id)
           and tenant_id in (select unnest(c.members) from pool.circle c where c.id = circle_id));
grant select on pool.circle, pool.car to pool_app;

reset role;
