create role rule_app login;
create role rule_etl nologin;
create extension postgres_fdw;
create server elsewhere foreign data wrapper postgres_fdw options (host '127.0.0.1', dbname 'billing');
create user mapping for rule_etl server elsewhere options (user 'reader', password 'secret');
