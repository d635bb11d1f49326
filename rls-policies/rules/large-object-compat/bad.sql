create role rule_app login;
alter role rule_app set lo_compat_privileges = on;
