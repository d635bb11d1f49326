create role rule_app login;
create extension pg_stat_statements;
revoke all on pg_stat_statements from public;
