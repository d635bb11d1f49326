with recursive edge as (
    select mem.member, mem.roleid,
           coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit) as inherits
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
),
login as (
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[])) and not rol.rolbypassrls
),
has as (
    select oid as role, oid as target from login
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target and edge.inherits
),
member as (
    select oid as role, oid as target from login
    union
    select member.role, edge.roleid from member join edge on edge.member = member.target
),
escape as (
    select role, target from member except select role, target from has
),
missed as (
    select distinct pol.polrelid, escape.role, escape.target
      from pg_catalog.pg_policy pol, unnest(pol.polroles) named
      join escape on escape.target = named
     where pol.polpermissive
),
hit as (  -- holds a privilege, and no permissive policy applies
    select missed.polrelid, missed.role, missed.target
      from missed
     where exists (select from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
                    where rel.oid = missed.polrelid
                      and (acl.grantee = 0
                           or exists (select from has where has.role = missed.role and has.target = acl.grantee)))
       and not exists (select from pg_catalog.pg_policy pol
                        where pol.polrelid = missed.polrelid and pol.polpermissive
                          and (0 = any (pol.polroles)
                               or exists (select from has where has.role = missed.role
                                                            and has.target = any (pol.polroles))))
)
select format('%I.%I', nsp.nspname, rel.relname)                                      as object,
       format('policies are for members of %I, and %I is one, but does not inherit: it sees no rows before SET ROLE',
              tar.rolname, login.rolname)                                             as detail,
       case when current_setting('server_version_num')::int >= 160000
            then format('grant %I to %I with inherit true', tar.rolname, login.rolname)
            else format('alter role %I inherit', login.rolname) end                   as fix,
       true                                                                           as exposed
  from hit
  join login                   on login.oid = hit.role
  join pg_catalog.pg_roles     tar on tar.oid = hit.target
  join pg_catalog.pg_class     rel on rel.oid = hit.polrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relrowsecurity
 order by object, detail
