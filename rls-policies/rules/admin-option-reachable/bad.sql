create role rule_service nologin bypassrls;
create role rule_app login;
grant rule_service to rule_app with admin option;
