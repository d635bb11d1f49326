create role rule_service nologin bypassrls;
create role rule_group nologin;
create role rule_app login noinherit;
grant rule_service to rule_group;
grant rule_group to rule_app;
