select format('role %I', rol.rolname)                                                          as object,
       format('may pass on its privileges on %s relation(s) such as %s', count(distinct rel.oid),
              min(format('%I.%I', nsp.nspname, rel.relname)))                                  as detail,
       format('revoke grant option for all privileges on %s from %I',
              case when count(distinct rel.oid) <= 50
                   then 'table ' || string_agg(distinct format('%I.%I', nsp.nspname, rel.relname), ', ')
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              rol.rolname)                                                                     as fix,
       true                                                                                    as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p', 'v', 'm', 'f')
   and acl.is_grantable and acl.grantee <> rel.relowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by rol.rolname
 order by object
