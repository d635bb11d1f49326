-- The login of every service that sets the session variables itself, as typical services do: it has the
-- application's privileges, and set_config.
create role bench_peer login inherit in role hedgerow_app;
