-- Every statement that is marked must be refused.
\! touch /tmp/hedgerow-pwned-meta
copy (select 1) to program 'touch /tmp/hedgerow-pwned-program';  -- refused
create table loot (line text);
copy loot from '/etc/passwd';  -- refused
select pg_read_file('/etc/passwd');  -- refused
select lo_import('/etc/passwd');  -- refused
select lo_export(1, '/tmp/hedgerow-pwned-export');  -- refused
select pg_ls_dir('/');  -- refused
create extension adminpack;  -- refused
create extension dblink;  -- refused
create extension file_fdw;
create function c() returns int language c as '/lib/x86_64-linux-gnu/libc.so.6', 'system';  -- refused
create extension plpython3u;  -- refused
alter system set archive_command = 'touch /tmp/hedgerow-pwned-archive';  -- refused
alter role postgres superuser;
create role evil superuser login;
set role evil;
copy (select 1) to program 'touch /tmp/hedgerow-pwned-evil';  -- refused
reset role;
grant pg_execute_server_program to postgres;
create role helper;
grant pg_execute_server_program to helper;
set role helper;
copy (select 1) to program 'touch /tmp/hedgerow-pwned-helper';  -- refused
reset role;
grant hedgerow_superuser to postgres;  -- refused
grant "hedgerow_superuser" to helper;  -- refused
create role chain in role pg_write_server_files;  -- refused
set session authorization hedgerow_superuser;  -- refused
copy (select 1) to program 'touch /tmp/hedgerow-pwned-session';  -- refused
reset session authorization;
create function definer() returns void language plpgsql security definer as $$
begin execute 'copy (select 1) to program ''touch /tmp/hedgerow-pwned-definer'''; end $$;
alter function definer() owner to evil;
select definer();  -- refused
create function shadow() returns event_trigger language plpgsql as $$
begin execute 'copy (select 1) to program ''touch /tmp/hedgerow-pwned-event'''; end $$;
create event trigger ev on ddl_command_end execute function shadow();  -- refused
create function idx(int) returns int language plpgsql immutable as $$
begin
    execute 'copy (select 1) to program ''touch /tmp/hedgerow-pwned-index''';
    return 1;
end $$;
create table indexed (a int);
create index on indexed (idx(a));
insert into indexed select generate_series(1, 1000);  -- refused
select set_config('search_path', 'a; copy (select 1) to program ''touch /tmp/hedgerow-pwned-p''', false);  -- refused
create function public.lp() returns int language sql leakproof as 'select 1';
alter function public.lp() owner to nobody_knows;
set search_path = public;
alter role postgres rename to other;
alter role postgres set session_preload_libraries = 'evil';
