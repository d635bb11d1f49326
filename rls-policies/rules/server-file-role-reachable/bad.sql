create role rule_app login;
grant pg_read_server_files to rule_app;
