create role rule_app login;
create role rule_loader nologin;
grant set on parameter session_replication_role to rule_loader;
