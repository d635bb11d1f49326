create role rule_app login;
create function public.backend() returns int language internal as 'pg_backend_pid';
revoke execute on function public.backend() from public;
create function public.twice(int) returns int language sql as 'select $1 * 2';
