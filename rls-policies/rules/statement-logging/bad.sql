create role rule_app login;
alter role rule_app set log_statement = 'all';
