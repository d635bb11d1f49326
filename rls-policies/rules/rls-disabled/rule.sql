with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (  -- schemas that a subject may look into
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
),
granted as (  -- to subjects, on whole tables and on columns
    select rel.oid as relation, acl.grantee, acl.privilege_type
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
    union
    select att.attrelid, acl.grantee, acl.privilege_type
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid, case when sub.oid = 'pg_read_all_data'::regrole then 'SELECT' else 'UPDATE' end
      from pg_catalog.pg_class rel, subject sub
     where sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
),
reached as (
    select gra.relation,
           array_to_string((array_agg(distinct coalesce(rol.rolname::text, 'PUBLIC')))[1:3], ', ') as roles,
           string_agg(distinct gra.privilege_type, ', ')                                           as privileges
      from granted gra
      left join pg_catalog.pg_roles rol on rol.oid = gra.grantee
     where gra.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
     group by gra.relation
)
select format('%I.%I', nsp.nspname, rel.relname)                               as object,
       coalesce(format('row security is off, and rows of every tenant are open to %s: %s', rea.roles, rea.privileges),
                'row security is off')                                         as detail,
       format('alter table %I.%I enable row level security, force row level security', nsp.nspname, rel.relname)
                                                                               as fix,
       rea.relation is not null
       and (nsp.oid in (select oid from usable)
            or exists (select from subject
                        where oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole))) as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join reached            rea on rea.relation = rel.oid
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
   and not rel.relrowsecurity
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and not exists (select from pg_catalog.pg_inherits inh where inh.inhrelid = rel.oid)
 order by object
