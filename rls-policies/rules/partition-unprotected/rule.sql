with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select rel.oid as relation, acl.grantee
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where rel.relispartition and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
       and acl.grantee in (select oid from subject)
    union
    select att.attrelid, acl.grantee
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid
      from pg_catalog.pg_class rel, subject sub
     where rel.relispartition and sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
)
select format('%I.%I', nsp.nspname, rel.relname)                                       as object,
       format('is a partition without row security, and the policies of %I.%I do not guard it from %s',
              pns.nspname, par.relname, string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', ')) as detail,
       format('alter table %I.%I enable row level security, force row level security', nsp.nspname, rel.relname) as fix,
       true                                                                            as exposed
  from granted
  join pg_catalog.pg_class     rel on rel.oid = granted.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_inherits  inh on inh.inhrelid = rel.oid
  join pg_catalog.pg_class     par on par.oid = inh.inhparent
  join pg_catalog.pg_namespace pns on pns.oid = par.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = granted.grantee
 where rel.relkind in ('r', 'p') and rel.relispartition and not rel.relrowsecurity
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
 group by nsp.nspname, rel.relname, pns.nspname, par.relname
 order by object
