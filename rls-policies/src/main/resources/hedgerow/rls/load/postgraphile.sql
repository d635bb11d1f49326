-- PostGraphile logs in, and becomes a visitor's role; claims are session variables jwt.claims.*.
create role app_postgraphile login noinherit;
create role app_anonymous nologin;
create role app_user nologin;
grant app_anonymous to app_user;
grant app_user to app_postgraphile;
grant app_anonymous, app_user to postgres;
grant usage on schema public to app_anonymous;
