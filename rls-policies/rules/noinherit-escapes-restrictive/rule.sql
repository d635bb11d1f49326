with recursive edge as (
    select mem.member, mem.roleid,
           coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit) as inherits
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
),
subject as (  -- roles that policies bind
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
       and not rol.rolsuper and not rol.rolbypassrls
),
has as (  -- a role has the privileges of the target
    select oid as role, oid as target from subject
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target and edge.inherits
),
member as (  -- a role is a member of the target, in whatever way
    select oid as role, oid as target from subject
    union
    select member.role, edge.roleid from member join edge on edge.member = member.target
),
escape as (
    select role, target from member except select role, target from has
),
floor as (
    select pol.oid, pol.polname, pol.polrelid, pol.polcmd, role
      from pg_catalog.pg_policy pol, unnest(pol.polroles) role
     where not pol.polpermissive and 0 <> all (pol.polroles)
),
hit as (
    select distinct floor.oid, floor.polname, floor.polrelid, subject.rolname
      from floor
      join escape on escape.target = floor.role
      join subject on subject.oid = escape.role
     where not exists (select from floor same join has on has.role = subject.oid and has.target = same.role
                        where same.oid = floor.oid)
       and exists (select from pg_catalog.pg_policy open
                    where open.polrelid = floor.polrelid and open.polpermissive
                      and (open.polcmd = floor.polcmd or '*' in (open.polcmd, floor.polcmd))
                      and (0 = any (open.polroles)
                           or exists (select from has
                                       where has.role = subject.oid and has.target = any (open.polroles))))
       and exists (select from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
                    where rel.oid = floor.polrelid
                      and (acl.grantee = 0
                           or exists (select from has where has.role = subject.oid and has.target = acl.grantee)))
)
select format('policy %I on %I.%I', hit.polname, nsp.nspname, rel.relname)              as object,
       format('restricts members of its roles, but not %s, which does not inherit that membership',
              array_to_string((array_agg(hit.rolname::text order by hit.rolname))[1:3], ', ')) as detail,
       format('alter policy %I on %I.%I to public', hit.polname, nsp.nspname, rel.relname) as fix,
       true                                                                             as exposed
  from hit
  join pg_catalog.pg_class     rel on rel.oid = hit.polrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relrowsecurity
 group by hit.polname, nsp.nspname, rel.relname
 order by object
