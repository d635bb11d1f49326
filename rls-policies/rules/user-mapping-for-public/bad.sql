create role rule_app login;
create extension postgres_fdw;
create server elsewhere foreign data wrapper postgres_fdw options (host '127.0.0.1', dbname 'billing');
create user mapping for public server elsewhere options (user 'reader', password 'secret');
create foreign table public.invoice (organization_id uuid, id uuid) server elsewhere;
grant select on public.invoice to rule_app;
