create role rule_app login;
create table public.account (id uuid primary key, email text, password_hash text, api_key text, password_set_at date);
grant select (email, password_hash, password_set_at) on public.account to public;
