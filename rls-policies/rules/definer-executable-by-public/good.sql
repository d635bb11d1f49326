create role rule_owner nologin;
create role rule_app login;
create function public.close_month() returns void language sql security definer
    set search_path = pg_catalog, pg_temp as 'select';
alter function public.close_month() owner to rule_owner;
revoke execute on function public.close_month() from public;
grant execute on function public.close_month() to rule_app;
