select format('role %I', rol.rolname)                                                         as object,
       format('stands for callers that nobody knows, and holds privileges on %s tenant table(s) such as %s',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                       as detail,
       format('revoke all on %s from %I',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              rol.rolname)                                                                    as fix,
       true                                                                                   as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     rol on rol.rolname ~ '(^|_)anon(ymous)?(_|$)'
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and exists (select from aclexplode(rel.relacl) acl where acl.grantee = rol.oid)
 group by rol.rolname
 order by object
