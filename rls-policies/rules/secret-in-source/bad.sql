create role rule_app login;
create function public.call_bank() returns text language plpgsql as $$
declare
    api_key text := 'a-made-up-key-for-this-test';
begin
    return api_key;
end $$;
create extension postgres_fdw;
create server elsewhere foreign data wrapper postgres_fdw options (host 'postgres://reader:made-up@db/x');
