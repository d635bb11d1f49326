create role rule_app login;
create table public.setting (api_key text);
create function public.call_bank() returns text language plpgsql as $$
declare
    api_key text;
begin
    select s.api_key into api_key from public.setting s;
    return api_key;
end $$;
create extension postgres_fdw;
create server elsewhere foreign data wrapper postgres_fdw options (host 'db.example');
