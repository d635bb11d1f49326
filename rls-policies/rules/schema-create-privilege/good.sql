create role rule_app login;
revoke create on schema public from public;
grant usage on schema public to public;
