select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                        as object,
       format('may TRUNCATE %s tenant table(s) such as %s: all tenants'' rows at once, no policy is asked',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                          as detail,
       format('revoke truncate on %s from %s',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                      as fix,
       true                                                                                      as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and acl.privilege_type = 'TRUNCATE' and acl.grantee <> rel.relowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by rol.rolname
 order by object
