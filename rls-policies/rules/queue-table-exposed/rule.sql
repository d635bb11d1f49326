with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                                              as object,
       format('is a queue for all tenants without row security, open to %s',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))               as detail,
       format('revoke all on table %I.%I from %s', nsp.nspname, rel.relname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))        as fix,
       nsp.oid in (select oid from usable)                                                    as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where rel.relkind in ('r', 'p') and not rel.relrowsecurity
   and (nsp.nspname = 'pgmq' and rel.relname ~ '^[qa]_'
        or nsp.nspname = 'net' and rel.relname in ('http_request_queue', '_http_response')
        or nsp.nspname = 'pgboss' and rel.relname in ('job', 'archive')
        or nsp.nspname = 'graphile_worker' and rel.relname in ('jobs', '_private_jobs')
        or nsp.nspname = 'cron' and rel.relname in ('job', 'job_run_details'))
   and acl.privilege_type in ('SELECT', 'UPDATE', 'DELETE') and acl.grantee <> rel.relowner
   and acl.grantee in (select oid from subject)
 group by nsp.oid, nsp.nspname, rel.relname
 order by object
