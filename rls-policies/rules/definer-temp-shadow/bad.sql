create role rule_owner nologin;
create role rule_app login;
create schema app authorization rule_owner;
grant usage on schema app to rule_app;
create table app.tenant (id uuid primary key);
create table app.users (id uuid primary key);
create function app.tenants() returns bigint language plpgsql security definer
    set search_path = pg_catalog, app as 'begin return (select count(*) from tenant); end';
alter function app.tenants() owner to rule_owner;
create function app.users() returns bigint language plpgsql security definer
    set search_path = pg_temp, app as 'begin return (select count(*) from users); end';
alter function app.users() owner to rule_owner;
