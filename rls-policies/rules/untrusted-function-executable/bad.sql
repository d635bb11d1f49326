create role rule_app login;
-- stands for any function in C, or in a language such as plpython3u
create function public.backend() returns int language internal as 'pg_backend_pid';
