select format('%I.%I', nsp.nspname, rel.relname)                                                as object,
       format('%s may read it: a role that serves all tenants sees the statements of all of them',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))                 as detail,
       format('revoke all on table %I.%I from %s', nsp.nspname, rel.relname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))          as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_extension ext
  join pg_catalog.pg_depend    dep on dep.refclassid = 'pg_catalog.pg_extension'::regclass and dep.refobjid = ext.oid
                                  and dep.classid = 'pg_catalog.pg_class'::regclass and dep.deptype = 'e'
  join pg_catalog.pg_class     rel on rel.oid = dep.objid and rel.relname = 'pg_stat_statements'
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where ext.extname = 'pg_stat_statements'
   and acl.privilege_type = 'SELECT' and acl.grantee <> rel.relowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by nsp.nspname, rel.relname
 order by object
