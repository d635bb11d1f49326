-- Grants on parameters. A superuser's own are not grants: it may set them anyway.
select par.parname as name, acl.grantee, acl.privilege_type as privilege
  from pg_catalog.pg_parameter_acl par
 cross join aclexplode(par.paracl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where rol.rolsuper is not true
 order by par.parname, acl.grantee, acl.privilege_type
