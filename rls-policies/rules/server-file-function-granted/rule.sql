select format('function pg_catalog.%I(%s)', pro.proname, oidvectortypes(pro.proargtypes))    as object,
       format('granted to %s, it opens the file system of the server past every policy',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))              as detail,
       format('revoke execute on function pg_catalog.%I(%s) from %s', pro.proname, oidvectortypes(pro.proargtypes),
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))       as fix,
       true                                                                                  as exposed
  from pg_catalog.pg_proc pro, aclexplode(pro.proacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where pro.pronamespace = 'pg_catalog'::regnamespace
   and pro.proname in ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'lo_import', 'lo_export')
   and acl.grantee <> pro.proowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and acl.grantee not in (select oid from pg_catalog.pg_roles where rolname ~ '^pg_')
 group by pro.oid, pro.proname, pro.proargtypes
 order by object
