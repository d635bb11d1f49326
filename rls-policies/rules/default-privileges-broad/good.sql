create role rule_owner nologin;
create role rule_app login;
create role rule_backup nologin;
alter default privileges for role rule_owner in schema public grant select on tables to rule_backup;
