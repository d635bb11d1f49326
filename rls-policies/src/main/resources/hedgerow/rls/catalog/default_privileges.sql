select dea.oid, dea.defaclrole as role, nullif(dea.defaclnamespace, 0) as schema, dea.defaclobjtype as kind
  from pg_catalog.pg_default_acl dea
 order by dea.oid
