create role rule_app login;
create extension dblink;
