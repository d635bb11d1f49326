with recursive subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
edge as (
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
action as (
    select rew.oid, rew.rulename, rew.ev_class,
           case rew.ev_type when '2' then 'UPDATE' when '3' then 'INSERT' else 'DELETE' end as event
      from pg_catalog.pg_rewrite rew
     where rew.ev_type <> '1'
),
has as (
    select rel.relowner as role, rel.relowner as target
      from action join pg_catalog.pg_class rel on rel.oid = action.ev_class
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target
)
select distinct
       format('rule %I on %I.%I', action.rulename, nsp.nspname, rel.relname)                   as object,
       format('acts on %I.%I as %I, the owner of the relation, whom row security does not bind',
              tns.nspname, tab.relname, own.rolname)                                           as detail,
       case when not own.rolsuper and not own.rolbypassrls
            then format('alter table %I.%I force row level security', tns.nspname, tab.relname) end as fix,
       exists (select from aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
                where acl.privilege_type = action.event and acl.grantee in (select oid from subject))
       or exists (select from subject where oid = 'pg_write_all_data'::regrole)                as exposed
  from action
  join pg_catalog.pg_class     rel on rel.oid = action.ev_class
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     own on own.oid = rel.relowner
  join pg_catalog.pg_depend    dep on dep.classid = 'pg_catalog.pg_rewrite'::regclass and dep.objid = action.oid
                                  and dep.refclassid = 'pg_catalog.pg_class'::regclass
                                  and dep.refobjid <> action.ev_class
  join pg_catalog.pg_class     tab on tab.oid = dep.refobjid
  join pg_catalog.pg_namespace tns on tns.oid = tab.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and tab.relrowsecurity
   and (own.rolsuper or own.rolbypassrls
        or not tab.relforcerowsecurity
           and exists (select from has where has.role = own.oid and has.target = tab.relowner))
 order by object, detail
