create role rule_app login;
create schema auth;
create table auth.users (id uuid primary key, email text, encrypted_password text);
alter table auth.users enable row level security;
create view public.profiles with (security_invoker) as select id, email from auth.users;
grant select on public.profiles to rule_app;
