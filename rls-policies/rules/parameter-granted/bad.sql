create role rule_app login;
grant set on parameter session_replication_role to rule_app;
