create role rule_service nologin bypassrls;
create role rule_app login createrole;
