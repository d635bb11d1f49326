create role rule_owner nologin;
create role rule_app login;
create schema app authorization rule_owner;
create schema scratch authorization rule_owner;
grant usage on schema app to rule_app;
grant usage on schema scratch to rule_app;
create function app.tenants() returns bigint language plpgsql security definer
    set search_path = pg_catalog, scratch, app, pg_temp as 'begin return (select count(*) from tenant); end';
alter function app.tenants() owner to rule_owner;
