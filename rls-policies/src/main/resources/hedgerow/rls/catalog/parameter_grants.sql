select par.parname as name, acl.grantee, acl.privilege_type as privilege
  from pg_catalog.pg_parameter_acl par
 cross join aclexplode(par.paracl) acl
 order by par.parname, acl.grantee, acl.privilege_type
