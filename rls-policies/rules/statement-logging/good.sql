create role rule_app login;
alter role rule_app set log_statement = 'ddl';
alter role rule_app set log_min_duration_statement = -1;
