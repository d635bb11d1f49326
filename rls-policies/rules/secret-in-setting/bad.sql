create role rule_app login;
alter role rule_app set app.jwt_secret = 'a-made-up-secret-for-this-test';
