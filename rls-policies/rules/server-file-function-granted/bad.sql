create role rule_app login;
grant execute on function pg_catalog.pg_read_file(text) to rule_app;
