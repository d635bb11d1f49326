create role rule_owner nologin;
create role rule_app login;
create schema app authorization rule_owner;
grant usage on schema app to rule_app;
create function app.tenants() returns bigint language sql security definer as 'select 1::bigint';
alter function app.tenants() owner to rule_owner;
