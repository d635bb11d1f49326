with recursive edge as (
    select mem.member, mem.roleid, mem.grantor
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
        or coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as login,
           unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select reach.login, edge.roleid from reach join edge on edge.member = reach.role
),
holder as (  -- roles that work with tenant tables
    select distinct acl.grantee as oid
      from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
)
select format('role %I', mem.rolname)                                                    as object,
       format('is a member of %I: it sees the statements and activity of all roles', pre.rolname) as detail,
       format('revoke %I from %I%s', pre.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                       as fix,
       exists (select from reach me join reach also on also.login = me.login
                where me.role = edge.member and also.role in (select oid from holder))   as exposed
  from edge
  join pg_catalog.pg_roles pre on pre.oid = edge.roleid
  join pg_catalog.pg_roles mem on mem.oid = edge.member
  left join pg_catalog.pg_roles gra on gra.oid = edge.grantor
 where pre.rolname in ('pg_monitor', 'pg_read_all_stats', 'pg_stat_scan_tables')
   and mem.rolname !~ '^pg_'
   and edge.member in (select role from reach)
 order by object, detail
