create role stat_owner nologin;
create role stat_app login;
create schema stat authorization stat_owner;
grant usage on schema stat to stat_app;
set role stat_owner;

create function stat.tenant() returns uuid stable parallel safe
    return nullif(current_setting('stat.tenant', true), '')::uuid;
create table stat.visit (
    tenant_id uuid not null,
    id        uuid not null,
    hits      bigint not null,
    primary key (tenant_id, id)
);
alter table stat.visit enable row level security;
create policy tenant on stat.visit
    using (tenant_id = (select stat.tenant()))
    with check (tenant_id = (select stat.tenant()));
grant select, insert, update, delete on stat.visit to stat_app;
create function stat.all_visits() returns setof stat.visit stable language sql
    set search_path = pg_catalog, pg_temp as 'select * from stat.visit';
revoke execute on function stat.all_visits() from public;
create materialized view stat.visits as select tenant_id, hits from stat.all_visits();
grant select on stat.visits to stat_app;

reset role;
