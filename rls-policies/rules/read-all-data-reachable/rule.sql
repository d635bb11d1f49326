with recursive edge as (
    select mem.member, mem.roleid, mem.grantor
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
        or coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select edge.roleid from reach join edge on edge.member = reach.role
)
select format('role %I', mem.rolname)                                                    as object,
       case pre.rolname
           when 'pg_read_all_data' then 'is a member of pg_read_all_data: policies still bind it, but pg_statistic, '
                                        'large objects and every table without row security are open'
           else 'is a member of pg_write_all_data: policies still bind it, but every table without row security is open'
       end                                                                               as detail,
       format('revoke %I from %I%s', pre.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                       as fix,
       true                                                                              as exposed
  from edge
  join pg_catalog.pg_roles pre on pre.oid = edge.roleid
  join pg_catalog.pg_roles mem on mem.oid = edge.member
  left join pg_catalog.pg_roles gra on gra.oid = edge.grantor
 where pre.rolname in ('pg_read_all_data', 'pg_write_all_data')
   and edge.member in (select role from reach)
 order by object, detail
