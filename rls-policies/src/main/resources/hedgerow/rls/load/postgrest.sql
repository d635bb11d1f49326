-- PostgREST logs in as authenticator, and becomes the role that the token names, or anon.
create role authenticator login noinherit;
create role anon nologin;
grant anon to authenticator;
grant anon to postgres;
grant usage on schema public to anon;
