create role rule_app login;
grant select on pg_catalog.pg_statistic to rule_app;
