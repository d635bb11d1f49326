create role rule_app login;
create role rule_backup nologin;
grant pg_read_all_data to rule_backup;
