create role rule_app login;
grant pg_read_all_data to rule_app;
