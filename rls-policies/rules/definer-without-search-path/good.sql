create role rule_owner nologin;
create role rule_app login;
create schema app authorization rule_owner;
grant usage on schema app to rule_app;
create function app.tenants() returns bigint language sql security definer
    set search_path = pg_catalog, pg_temp as 'select 1::bigint';
alter function app.tenants() owner to rule_owner;
create function app.parsed() returns bigint language sql security definer return 1::bigint;
create function app.as_caller() returns bigint language sql as 'select 1::bigint';
