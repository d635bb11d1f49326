create role rule_owner nologin;
create role rule_app login;
create schema app authorization rule_owner;
grant usage on schema app to rule_app;
create table app.tenant (id uuid primary key);
create table app.users (id uuid primary key);
create function app.tenants() returns bigint language plpgsql security definer
    set search_path = pg_catalog, app, pg_temp as 'begin return (select count(*) from tenant); end';
create function app.users() returns bigint language plpgsql security definer
    set search_path = '' as 'begin return (select count(*) from app.users); end';
-- Every table with its schema.
create function app.qualified() returns bigint language plpgsql security definer
    set search_path = app
    as 'declare tenant bigint; begin select count(*) into tenant from app.tenant; return tenant; end';
alter function app.qualified() owner to rule_owner;
