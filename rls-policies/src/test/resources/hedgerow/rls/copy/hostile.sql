-- Code that the server runs when it reads a definition: what it does is put in place last, so that only a
-- copy meets it.
create role victim nologin;
create schema hostile;
create function hostile.strike(int) returns boolean language plpgsql as 'begin return true; end';
create function hostile.calm(int) returns boolean language sql immutable as 'select hostile.strike($1)';
create domain hostile.trap as int check (hostile.calm(value));
create type hostile.bait as (x hostile.trap);
create table hostile."a'; drop role victim; --" (
    id int primary key default 7,
    traps hostile.trap[] default '{1}',
    baits hostile.bait default '(1)',
    "line
break; drop role victim; -- %I %s $1" text default E'x\'; drop role victim; --\n\\'
);
create index on hostile."a'; drop role victim; --" ((hostile.calm(5)));
create table hostile.kept (id int, tenant text);
alter table hostile.kept enable row level security;
create policy fence on hostile.kept using (tenant = current_user and '{3}'::hostile.trap[] is not null);
create function hostile."f()"() returns text language sql as
    $body$ select '$function$; drop role victim; $function$'::text; $body$;
create view hostile.looks as select '{4}'::hostile.trap[] as traps, $$'; drop role victim; --$$::text as words;
create or replace function hostile.strike(int) returns boolean language plpgsql as $strike$
declare deed text;
begin
    foreach deed in array array[
        'copy (select 1) to program ''touch $marker$''',
        'copy hostile.kept from ''/etc/passwd''',
        'select pg_read_file(''/etc/passwd'')',
        'create role intruder superuser',
        'alter role hedgerow superuser',
        'alter system set autovacuum = on',
        'create function hostile.c() returns int language c as ''$libdir/pgcrypto'', ''pg_digest''',
        'create extension dblink',
        'select set_config(''search_path'', ''hostile, public'', false)',
        'select set_config(''check_function_bodies'', ''on'', false)',
        'insert into hostile.kept values (1, ''x'')',
        'create or replace function hostile.lower(text) returns text return ''x''',
        'create function hostile.sleeper() returns text security definer return pg_read_file(''PG_VERSION'')',
        'alter table hostile.kept disable row level security',
        'drop policy fence on hostile.kept',
        'drop table hostile.kept',
        'prepare transaction ''x''',
        'set role victim',
        'discard all'
    ] loop
        begin
            execute deed;
        exception when others then null;
        end;
    end loop;
    return true;
end $strike$;
