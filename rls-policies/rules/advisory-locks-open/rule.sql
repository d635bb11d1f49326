select 'database ' || quote_ident(current_database())                                           as object,
       format('%s may take advisory locks, which all tenants share: a way to block, and to signal',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))                 as detail,
       format('revoke execute on function %s from %s',
              string_agg(distinct format('pg_catalog.%I(%s)', pro.proname, oidvectortypes(pro.proargtypes)), ', '),
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))          as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_proc pro
  cross join aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where pro.pronamespace = 'pg_catalog'::regnamespace
   and pro.proname ~ '^pg_(try_)?advisory_(xact_)?lock'
   and acl.grantee <> pro.proowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
having count(*) > 0
 order by object
