with recursive subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
edge as (
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
view as (
    select rel.oid, rel.relname, rel.relowner, nsp.nspname,
           not exists (select from unnest(rel.reloptions) option
                        where option ~* '^security_invoker=(t|tr|tru|true|y|ye|yes|on|1)$') as definer
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where rel.relkind = 'v'
),
has as (
    select relowner as role, relowner as target from view
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
exempt as (  -- views that read past row security themselves
    select distinct view.oid, view.nspname, view.relname, own.rolname
      from view
      join pg_catalog.pg_roles own on own.oid = view.relowner
      join reads on reads.view = view.oid
      join pg_catalog.pg_class tab on tab.oid = reads.relation
     where view.definer and tab.relrowsecurity
       and (own.rolsuper or own.rolbypassrls
            or not tab.relforcerowsecurity
               and exists (select from has where has.role = own.oid and has.target = tab.relowner))
),
chain as (
    select reads.view as top, reads.relation as inner from reads join view on view.oid = reads.relation
    union
    select chain.top, reads.relation
      from chain join reads on reads.view = chain.inner join view on view.oid = reads.relation
)
select format('%I.%I', view.nspname, view.relname)                                              as object,
       format('%s, and leads to %I.%I, which reads past row security as %I',
              case when view.definer then 'is bound itself' else 'reads as the caller' end,
              exempt.nspname, exempt.relname, exempt.rolname)                                   as detail,
       format('alter view %I.%I set (security_invoker = true)', exempt.nspname, exempt.relname) as fix,
       exists (select from pg_catalog.pg_class rel,
                           aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
                where rel.oid = view.oid and acl.grantee in (select oid from subject))
       or exists (select from subject
                   where oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole))    as exposed
  from chain
  join exempt on exempt.oid = chain.inner
  join view on view.oid = chain.top
 where view.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and view.oid not in (select oid from exempt)
 order by object, detail
