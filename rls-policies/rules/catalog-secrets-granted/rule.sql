select format('pg_catalog.%I', rel.relname)                                                     as object,
       format('%s may read it, and so %s', string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '),
              case rel.relname
                  when 'pg_authid' then 'the password hashes of all roles'
                  when 'pg_largeobject' then 'the contents of all large objects'
                  when 'pg_user_mapping' then 'the passwords of user mappings'
                  when 'pg_subscription' then 'the passwords of subscriptions'
                  else 'values sampled from every column of every table, whatever the policies are' end) as detail,
       format('revoke select on table pg_catalog.%I from %s', rel.relname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))          as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_class rel
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where rel.relnamespace = 'pg_catalog'::regnamespace
   and rel.relname in ('pg_statistic', 'pg_statistic_ext_data', 'pg_authid', 'pg_largeobject', 'pg_user_mapping',
                       'pg_subscription')
   and acl.privilege_type = 'SELECT' and acl.grantee <> rel.relowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by rel.relname
 order by object
