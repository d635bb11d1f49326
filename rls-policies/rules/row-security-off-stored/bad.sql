create role rule_app login;
alter role rule_app set row_security = off;
