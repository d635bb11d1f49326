with recursive option as (
    select mem.member, mem.roleid, mem.grantor, mem.admin_option,
           coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)                   as sets,
           coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)     as inherits
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
),
reach as (  -- each login, and the roles that it can be
    select unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select option.roleid from reach join option on option.member = reach.role and (option.sets or option.inherits)
),
owner as (
    select distinct rel.relowner as oid
      from pg_catalog.pg_class rel
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
),
leads as (  -- from a role to the roles that it can become in turn
    select distinct option.roleid as start, option.roleid as role from option where option.admin_option
    union
    select leads.start, option.roleid
      from leads join option on option.member = leads.role and (option.sets or option.inherits or option.admin_option)
),
strong as (
    select distinct leads.start as oid
      from leads join pg_catalog.pg_roles rol on rol.oid = leads.role
     where rol.rolsuper or rol.rolbypassrls or rol.oid in (select oid from owner)
        or rol.rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
)
select format('role %I', mem.rolname)                                                     as object,
       format('holds %I WITH ADMIN OPTION: it may grant itself that role, and pass it on%s',
              tar.rolname,
              case when strong.oid is not null then ', and from there escape row security' end) as detail,
       format('revoke admin option for %I from %I%s', tar.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                        as fix,
       strong.oid is not null
       or not exists (select from option other
                       where other.member = option.member and other.roleid = option.roleid and other.sets) as exposed
  from option
  join pg_catalog.pg_roles mem on mem.oid = option.member
  join pg_catalog.pg_roles tar on tar.oid = option.roleid
  left join pg_catalog.pg_roles gra on gra.oid = option.grantor
  left join strong on strong.oid = option.roleid
 where option.admin_option and not mem.rolsuper
   and option.member in (select role from reach)
 order by object, detail
