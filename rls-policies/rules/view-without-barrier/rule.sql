with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
readable as (
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                                          as object,
       format('its condition is all that guards %s, and the planner may run a cheaper condition of the caller first',
              string_agg(distinct format('%I.%I', tns.nspname, tab.relname), ', '))       as detail,
       format('alter view %I.%I set (security_barrier = true)', nsp.nspname, rel.relname) as fix,
       rel.oid in (select oid from readable)                                              as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     own on own.oid = rel.relowner
  join pg_catalog.pg_rewrite   rew on rew.ev_class = rel.oid and rew.ev_type = '1'
  join pg_catalog.pg_depend    dep on dep.classid = 'pg_catalog.pg_rewrite'::regclass and dep.objid = rew.oid
                                  and dep.refclassid = 'pg_catalog.pg_class'::regclass
  join pg_catalog.pg_class     tab on tab.oid = dep.refobjid
  join pg_catalog.pg_namespace tns on tns.oid = tab.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind = 'v'
   and not exists (select from unnest(rel.reloptions) option
                    where option ~* '^security_(invoker|barrier)=(t|tr|tru|true|y|ye|yes|on|1)$')
   and tab.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and tab.oid not in (select oid from readable)       -- the view is then the fence
   and (not tab.relrowsecurity or own.rolsuper or own.rolbypassrls
        or own.oid = tab.relowner and not tab.relforcerowsecurity)
   and case when tab.relname is not null               -- evaluated last: the view has a condition at all
            then rew.ev_action::text ~ ':quals \{' end
 group by rel.oid, nsp.nspname, rel.relname
 order by object
