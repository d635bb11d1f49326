create role rule_app login;
create role rule_planner nologin;
grant select on pg_catalog.pg_statistic to rule_planner;
grant select on pg_catalog.pg_stats to rule_app;
