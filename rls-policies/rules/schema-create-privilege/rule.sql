select format('schema %I', nsp.nspname)                                                   as object,
       format('%s may create in it whatever others then find by name',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))           as detail,
       format('revoke create on schema %I from %s', nsp.nspname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))    as fix,
       true                                                                               as exposed
  from pg_catalog.pg_namespace nsp
  cross join aclexplode(nsp.nspacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and acl.privilege_type = 'CREATE' and acl.grantee <> nsp.nspowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by nsp.nspname
 order by object
