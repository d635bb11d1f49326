-- Removes everything that install.sql created: both schemas with all data, the roles, the default
-- privileges and the record of changesets. PUBLIC gets back what PostgreSQL grants it in a new database.
-- One transaction; run it as the role that ran install.sql:
--
--     psql -X -f sql/uninstall.sql "$DATABASE_URL"                   refuses if there are tenants or foreign objects
--     psql -X -v cascade=yes -f sql/uninstall.sql "$DATABASE_URL"    drops them along with everything else
--
-- A role that another database of the server uses stays.
\set ON_ERROR_STOP on
\set QUIET on
set client_min_messages = warning;
begin;
set local lock_timeout = '10s';

select pg_advisory_xact_lock(hashtext('hedgerow install')) as locked \gset
\if :{?cascade}
\else
\set cascade no
\endif
set local hedgerow.cascade = :'cascade';

-- Data and foreign objects.
do $$
declare
    ours    constant text[] := array['hedgerow_owner', 'hedgerow_auth', 'hedgerow_backend'];
    schemas constant text[] := array['app', 'app_private'];
    tenants bigint;
    listed  text;
begin
    if current_setting('hedgerow.cascade') = 'yes' or to_regclass('app_private.principal') is null then
        return;
    end if;

    set local role hedgerow_owner;  -- FORCE hides the rows from everybody except superusers
    select count(*) into tenants from app_private.principal where kind = 'organization';
    reset role;
    if tenants > 0 then
        raise exception 'this database holds the data of % tenants', tenants
            using errcode = '55000', hint = 'Back it up, then run again with -v cascade=yes to drop it.';
    end if;

    with part as (
        select 'pg_class'::regclass as class, oid, relowner as owner from pg_class
         where relnamespace::regnamespace::text = any (schemas) and relkind <> 'i'
        union all
        select 'pg_proc'::regclass, oid, proowner from pg_proc where pronamespace::regnamespace::text = any (schemas)
        union all
        select 'pg_type'::regclass, oid, typowner from pg_type
         where typnamespace::regnamespace::text = any (schemas)
        union all
        select 'pg_namespace'::regclass, oid, nspowner from pg_namespace where nspname = any (schemas)
    ), foreigner as (
        select class, oid, 0 as sub from part
         where owner::regrole::text <> all (ours)
           and not exists (select from pg_depend dep  -- parts of tables and extensions, which are listed themselves
                            where dep.classid = part.class and dep.objid = part.oid and dep.deptype in ('i', 'e'))
        union
        select dep.classid, dep.objid, dep.objsubid
          from part
          join pg_depend dep on dep.refclassid = part.class and dep.refobjid = part.oid and dep.deptype in ('n', 'a')
         cross join pg_identify_object_as_address(dep.classid, dep.objid, dep.objsubid) address
         where split_part(address.object_names[1], '.', 1) <> all (schemas)
           and dep.classid not in ('pg_default_acl'::regclass, 'pg_publication_namespace'::regclass)
    )
    select string_agg(description, e'\n' order by description) into listed
      from (select distinct pg_describe_object(class, oid, sub) as description from foreigner) described;
    if listed is not null then
        raise exception 'objects that are not part of Hedgerow would be dropped too'
            using errcode = '2BP01', detail = listed,
                  hint = 'Move or drop them, or run again with -v cascade=yes to drop them as well.';
    end if;
end
$$;

drop schema if exists app, app_private cascade;

-- The record of changesets, and its tables if nobody else uses them.
do $$
declare
    locked boolean := false;
begin
    if to_regclass('public.databasechangeloglock') is not null then
        execute 'select coalesce(bool_or(locked), false) from public.databasechangeloglock' into locked;
    end if;
    if locked then
        raise exception 'a migration is running' using errcode = '55006', hint = 'Wait until it has ended.';
    end if;
    if to_regclass('public.databasechangelog') is null then
        return;
    end if;
    execute $sql$delete from public.databasechangelog
                  where author = 'hedgerow' and filename ~ '^(sql|rls-policies/policies)/'$sql$;
    execute 'select exists (select from public.databasechangelog)' into locked;
    if not locked then
        drop table public.databasechangelog;
        drop table if exists public.databasechangeloglock;
    end if;
end
$$;

-- The default privileges of PUBLIC.
do $$
declare
    door regprocedure;
begin
    execute format('grant connect, temporary on database %I to public', current_database());
    grant usage on schema public to public;
    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        for door in
            select oid::regprocedure
              from pg_catalog.pg_proc
             where pronamespace = 'pg_catalog'::regnamespace
               and (proname = 'set_config' or proname like 'lo\_%' or proname in ('loread', 'lowrite'))
               and not exists (select from pg_catalog.pg_init_privs made  -- lo_export() was never open
                                where made.classoid = 'pg_proc'::regclass and made.objoid = pg_proc.oid)
        loop
            execute format('grant execute on function %s to public', door);
        end loop;
    end if;
end
$$;

-- The roles, and first their rights in this database alone: DROP OWNED would also revoke those on other
-- databases.
do $$
declare
    name   text;
    reason text;
begin
    foreach name in array array['hedgerow_backend', 'hedgerow_app', 'hedgerow_worker', 'hedgerow_reviewer',
                                'hedgerow_auth', 'hedgerow_owner'] loop
        continue when not exists (select from pg_catalog.pg_roles where rolname = name);
        execute format('revoke all on database %I from %I', current_database(), name);
        execute format('alter role %I in database %I reset all', name, current_database());
        if name in ('hedgerow_owner', 'hedgerow_auth') then
            execute format('alter default privileges for role %I grant execute on functions to public', name);
            execute format('alter default privileges for role %I grant usage on types to public', name);
            if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
                execute format('revoke execute on function pg_catalog.set_config(text, text, boolean) from %I', name);
            end if;
        end if;
        begin
            -- If the role stays, so does its right to the parameter: another database may need it.
            if name = 'hedgerow_auth' and has_parameter_privilege(name, 'backtrace_functions', 'set') then
                revoke set on parameter backtrace_functions from hedgerow_auth;
            end if;
            execute format('drop role %I', name);
        exception when dependent_objects_still_exist then
            get stacked diagnostics reason = pg_exception_detail;
            raise warning 'role % stays, because other objects use it', name using detail = reason;
        end;
    end loop;
end
$$;

commit;
\echo 'uninstalled'
