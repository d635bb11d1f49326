with recursive subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
edge as (
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
definer as (  -- views that read as their owner
    select rel.oid, rel.relname, rel.relnamespace, rel.relowner
      from pg_catalog.pg_class rel
     where rel.relkind = 'v'
       and not exists (select from unnest(rel.reloptions) option
                        where option ~* '^security_invoker=(t|tr|tru|true|y|ye|yes|on|1)$')
),
has as (  -- roles whose privileges the owner of a view has
    select relowner as role, relowner as target from definer
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target
),
reads as (
    select distinct rew.ev_class as view, dep.refobjid as relation
      from pg_catalog.pg_rewrite rew
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_rewrite'::regclass and dep.objid = rew.oid
                                   and dep.refclassid = 'pg_catalog.pg_class'::regclass
     where rew.ev_type = '1' and dep.refobjid <> rew.ev_class
),
reached as (  -- by a privilege, or through another view that reads as its owner
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where rel.relkind = 'v' and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.grantee in (select oid from subject)
    union
    select rel.oid
      from pg_catalog.pg_class rel, subject
     where rel.relkind = 'v' and subject.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
    union
    select reads.relation
      from reached join definer on definer.oid = reached.oid join reads on reads.view = definer.oid
)
select format('%I.%I', nsp.nspname, definer.relname)                                    as object,
       format('reads %s as %I, %s', string_agg(format('%I.%I', tns.nspname, tab.relname), ', '
                                               order by tns.nspname, tab.relname),
              own.rolname,
              case when own.rolsuper then 'a superuser'
                   when own.rolbypassrls then 'who has BYPASSRLS'
                   else 'whom row security does not bind: it owns the table, and FORCE is not set' end) as detail,
       format('alter view %I.%I set (security_invoker = true)', nsp.nspname, definer.relname) as fix,
       definer.oid in (select oid from reached)                                         as exposed
  from definer
  join pg_catalog.pg_namespace nsp on nsp.oid = definer.relnamespace
  join pg_catalog.pg_roles     own on own.oid = definer.relowner
  join reads                       on reads.view = definer.oid
  join pg_catalog.pg_class     tab on tab.oid = reads.relation
  join pg_catalog.pg_namespace tns on tns.oid = tab.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and tab.relrowsecurity
   and (own.rolsuper or own.rolbypassrls
        or not tab.relforcerowsecurity
           and exists (select from has where has.role = own.oid and has.target = tab.relowner))
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = definer.oid
                      and dep.deptype = 'e')
 group by nsp.nspname, definer.relname, definer.oid, own.rolname, own.rolsuper, own.rolbypassrls
 order by object
