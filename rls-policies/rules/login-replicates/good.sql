create role rule_app login;
create role rule_replicas nologin replication;
