--liquibase formatted sql

--changeset hedgerow:roles runAlways:true runOnChange:true splitStatements:false stripComments:false
--comment: Five roles, all bound by row security, and an end to the privileges that PostgreSQL grants to PUBLIC.
do $$
begin
    -- This table has no key, so that a publication of all tables would refuse Liquibase's updates of it.
    if exists (select from pg_catalog.pg_class
                where oid = to_regclass('public.databasechangelog') and relreplident <> 'f'
                  and pg_has_role(relowner, 'usage')) then
        alter table public.databasechangelog replica identity full;
    end if;
end
$$;

do $$
declare
    wanted record;
    strong text;
begin
    for wanted in
        select *
          from (values ('hedgerow_owner', 'nologin'),     -- owns everything, and is bound by FORCE
                       ('hedgerow_auth', 'nologin'),      -- owns the look-ups made before a tenant is known
                       ('hedgerow_app', 'login'),         -- serves requests
                       ('hedgerow_worker', 'login'),      -- background work, tenant by tenant
                       ('hedgerow_reviewer', 'login'))    -- reads catalogs only
               as role (name, login)
         where not exists (select from pg_catalog.pg_roles existing where existing.rolname = role.name)
    loop
        begin
            execute format('create role %I %s noinherit', wanted.name, wanted.login);
        exception when duplicate_object or unique_violation then
            null;  -- another database of this cluster is being installed at the same time
        end;
    end loop;

    select string_agg(rolname, ', ' order by rolname) into strong
      from pg_catalog.pg_roles
     where rolname in ('hedgerow_owner', 'hedgerow_auth', 'hedgerow_app', 'hedgerow_worker', 'hedgerow_reviewer',
                       'hedgerow_backend')
       and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
            or rolcanlogin and rolname in ('hedgerow_owner', 'hedgerow_auth', 'hedgerow_backend'));
    if strong is not null then
        raise exception 'role % has more rights than it may have', strong
            using errcode = '42501',
                  hint = 'Run alter role ... nosuperuser nobypassrls nocreaterole nocreatedb noreplication; '
                         'hedgerow_owner, hedgerow_auth and hedgerow_backend also need nologin.';
    end if;

    select string_agg(format('%s (member of %s)', member.rolname, granted.rolname), ', ') into strong
      from pg_catalog.pg_auth_members am
      join pg_catalog.pg_roles member on member.oid = am.member
      join pg_catalog.pg_roles granted on granted.oid = am.roleid
     where member.rolname in ('hedgerow_owner', 'hedgerow_auth', 'hedgerow_app', 'hedgerow_worker',
                              'hedgerow_reviewer')
       or member.rolname = 'hedgerow_backend' and granted.rolname not in ('hedgerow_app', 'hedgerow_worker');
    if strong is not null then
        raise exception 'role % must not be a member of another role', strong
            using errcode = '42501', hint = 'Revoke that membership.';
    end if;
end
$$;

-- An installer that is not a superuser must be able to act as the owners. From PostgreSQL 16 on, the
-- creator of a role may grant it, but may not become it yet.
do $$
begin
    if not (pg_has_role(current_user, 'hedgerow_owner', 'usage')
            and pg_has_role(current_user, 'hedgerow_auth', 'usage')) then
        execute format('grant hedgerow_owner, hedgerow_auth to %I%s', current_user,
                       case when current_setting('server_version_num')::int >= 160000
                            then ' with set true, inherit true' end);
    end if;
exception when insufficient_privilege then
    raise exception 'this server has the roles of Hedgerow already, and % may not administer them', current_user
        using errcode = '42501',
              hint = format('Have a superuser run: grant hedgerow_owner, hedgerow_auth, hedgerow_app, hedgerow_worker, '
                            'hedgerow_reviewer to %I with admin option', current_user);
end
$$;

do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to hedgerow_app, hedgerow_worker, hedgerow_reviewer',
                   current_database());
end
$$;
revoke all on schema public from public;

create schema if not exists app authorization hedgerow_owner;
create schema if not exists app_private authorization hedgerow_owner;
comment on schema app is
    'Tables of the payments system, all under row security, and the functions that bind a session.';
comment on schema app_private is
    'Keys, principals and trigger functions: the application can reach nothing here.';

set local role hedgerow_owner;
grant usage on schema app to hedgerow_app, hedgerow_worker, hedgerow_auth;
grant usage on schema app_private to hedgerow_auth;
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;
set local role hedgerow_auth;
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;
reset role;

-- set_config() inside a query can change the tenant half-way through the query; large objects have no row
-- security. Only a superuser can revoke these privileges; otherwise the installer warns about what stays
-- open.
do $$
declare
    door regprocedure;
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        raise warning 'set_config() and large objects stay open to PUBLIC: only a superuser can revoke them'
            using hint = 'Sealed mode does not depend on it.';
        return;
    end if;
    for door in
        select oid::regprocedure
          from pg_catalog.pg_proc
         where pronamespace = 'pg_catalog'::regnamespace
           and (proname = 'set_config' or proname like 'lo\_%' or proname in ('loread', 'lowrite'))
    loop
        execute format('revoke execute on function %s from public', door);
    end loop;
    grant execute on function pg_catalog.set_config(text, text, boolean) to hedgerow_owner, hedgerow_auth;
end
$$;
--rollback empty
