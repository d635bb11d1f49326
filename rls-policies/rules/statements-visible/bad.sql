create role rule_app login;
create extension pg_stat_statements;
