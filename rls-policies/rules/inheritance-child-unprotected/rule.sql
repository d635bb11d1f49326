with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select rel.oid as relation, acl.grantee
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') and acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid
      from pg_catalog.pg_class rel, subject sub
     where sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
)
select format('%I.%I', nsp.nspname, rel.relname)                                       as object,
       format('inherits from %s without row security of its own, and is open to %s',
              string_agg(distinct format('%I.%I', pns.nspname, par.relname), ', '),
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))        as detail,
       format('alter table %I.%I enable row level security, force row level security', nsp.nspname, rel.relname) as fix,
       true                                                                            as exposed
  from granted
  join pg_catalog.pg_class     rel on rel.oid = granted.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_inherits  inh on inh.inhrelid = rel.oid
  join pg_catalog.pg_class     par on par.oid = inh.inhparent
  join pg_catalog.pg_namespace pns on pns.oid = par.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = granted.grantee
 where rel.relkind = 'r' and not rel.relispartition and not rel.relrowsecurity
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
 group by nsp.nspname, rel.relname
 order by object
