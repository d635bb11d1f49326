create role rule_owner nologin;
create role rule_app login;
create role rule_job login;
create schema plugins;
grant usage on schema plugins to rule_app;
alter role rule_job set search_path = plugins, public;
