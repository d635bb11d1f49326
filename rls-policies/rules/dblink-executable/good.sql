create role rule_app login;
create schema ext;
create extension dblink schema ext;
revoke execute on all functions in schema ext from public;
