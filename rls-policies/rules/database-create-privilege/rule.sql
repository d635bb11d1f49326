select 'database ' || quote_ident(dat.datname)                                            as object,
       format('%s may create schemas and trusted extensions in it',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))           as detail,
       format('revoke create on database %I from %s', dat.datname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))    as fix,
       true                                                                               as exposed
  from pg_catalog.pg_database dat
  cross join aclexplode(dat.datacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where dat.datname = current_database()
   and acl.privilege_type = 'CREATE' and acl.grantee <> dat.datdba
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by dat.datname
 order by object
