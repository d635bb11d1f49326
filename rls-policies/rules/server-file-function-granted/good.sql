create role rule_app login;
create role rule_operator nologin;
grant execute on function pg_catalog.pg_read_file(text) to rule_operator;
