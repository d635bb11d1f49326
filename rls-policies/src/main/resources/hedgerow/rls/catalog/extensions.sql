select ext.oid, ext.extname as name, ext.extversion as version, ext.extnamespace as schema, ext.extowner as owner
  from pg_catalog.pg_extension ext
 order by ext.extname
