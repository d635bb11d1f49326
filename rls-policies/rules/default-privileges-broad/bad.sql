create role rule_owner nologin;
create role rule_app login;
alter default privileges for role rule_owner in schema public grant select, insert on tables to public;
