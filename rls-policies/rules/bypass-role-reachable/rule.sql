with recursive edge as (  -- who may SET ROLE to whom: before 16 every member may
    select mem.member, mem.roleid, mem.grantor
      from pg_catalog.pg_auth_members mem
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as login,
           unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select reach.login, edge.roleid from reach join edge on edge.member = reach.role
)
select format('role %I', mem.rolname)                                                          as object,
       format('may SET ROLE to %I, which %s; from there every row is open to %s',
              pri.rolname, case when pri.rolsuper then 'is a superuser' else 'has BYPASSRLS' end,
              array_to_string((array_agg(distinct log.rolname::text))[1:3], ', '))             as detail,
       format('revoke %I from %I%s', pri.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                             as fix,
       true                                                                                    as exposed
  from edge
  join reach                  on reach.role = edge.member
  join pg_catalog.pg_roles log on log.oid = reach.login
  join pg_catalog.pg_roles mem on mem.oid = edge.member
  join pg_catalog.pg_roles pri on pri.oid = edge.roleid
  left join pg_catalog.pg_roles gra on gra.oid = edge.grantor
 where (pri.rolsuper or pri.rolbypassrls) and not mem.rolsuper
 group by mem.rolname, pri.rolname, pri.rolsuper, gra.oid, gra.rolname
 order by object, detail
