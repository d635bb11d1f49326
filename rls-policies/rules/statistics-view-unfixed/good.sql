create role rule_app login;
