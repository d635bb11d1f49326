with recursive edge as (
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as login,
           unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select reach.login, edge.roleid from reach join edge on edge.member = reach.role
),
holder as (  -- roles that policies name, or that hold a privilege on a tenant table
    select unnest(pol.polroles) as oid from pg_catalog.pg_policy pol
    union
    select acl.grantee
      from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[])) and acl.grantee <> rel.relowner
)
select format('role %I', log.rolname)                                               as object,
       format('may SET ROLE to %s roles that see different rows, such as %s: one injected statement changes sides',
              count(*), array_to_string((array_agg(rol.rolname::text order by rol.rolname))[1:3], ', ')) as detail,
       null::text                                                                   as fix,
       true                                                                         as exposed
  from reach
  join pg_catalog.pg_roles log on log.oid = reach.login
  join pg_catalog.pg_roles rol on rol.oid = reach.role
 where reach.role <> reach.login and reach.role in (select oid from holder)
 group by log.rolname
having count(*) > 1
 order by object
