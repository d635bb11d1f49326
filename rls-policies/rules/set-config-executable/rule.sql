select 'function pg_catalog.set_config(text, text, boolean)'                                 as object,
       format('%s may call it inside a query, and so change %s between two rows',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '),
              array_to_string((current_setting('hedgerow.variables')::text[])[1:3], ', '))   as detail,
       format('revoke execute on function pg_catalog.set_config(text, text, boolean) from %s',
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))       as fix,
       true                                                                                  as exposed
  from pg_catalog.pg_proc pro, aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where pro.oid = 'pg_catalog.set_config(text, text, boolean)'::regprocedure
   and acl.grantee <> pro.proowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and current_setting('hedgerow.variables')::text[] <> '{}'
 group by pro.oid
 order by object
