create role rule_readers nologin;
create role rule_app login;
grant rule_readers to rule_app;
