create role rule_app login;
create role rule_operator nologin;
grant pg_read_server_files to rule_operator;
