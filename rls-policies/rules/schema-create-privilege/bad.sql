create role rule_app login;
grant create on schema public to public;
