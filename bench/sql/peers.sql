-- The login of everything that sets the session variables itself, as typical services do: it has what the application
-- has, and set_config.
create role bench_peer login inherit in role hedgerow_app;
