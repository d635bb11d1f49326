with recursive edge as (  -- before 16 a membership is inherited or not by the member's attribute, and always allows SET
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
owned as (
    select rel.relowner, count(*) as tables, min(format('%I.%I', nsp.nspname, rel.relname)) as example
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
     group by rel.relowner
)
select format('role %I', mem.rolname)                                                          as object,
       format('has the rights of %I, which owns %s tenant table(s) such as %s: %s can switch their row security off',
              own.rolname, owned.tables, owned.example,
              array_to_string((array_agg(distinct log.rolname::text))[1:3], ', '))             as detail,
       format('revoke %I from %I%s', own.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                             as fix,
       true                                                                                    as exposed
  from edge
  join owned                   on owned.relowner = edge.roleid
  join reach                   on reach.role = edge.member
  join pg_catalog.pg_roles log on log.oid = reach.login
  join pg_catalog.pg_roles mem on mem.oid = edge.member
  join pg_catalog.pg_roles own on own.oid = edge.roleid
  left join pg_catalog.pg_roles gra on gra.oid = edge.grantor
 where not own.rolsuper
 group by mem.rolname, own.rolname, owned.tables, owned.example, gra.oid, gra.rolname
 order by object, detail
