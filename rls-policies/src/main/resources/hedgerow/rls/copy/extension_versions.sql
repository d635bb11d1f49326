select 'pg_catalog.pg_extension'::regclass::oid as class, ext.oid as object,
       format('version %s of extension %I', ext.extversion, ext.extname) as name,
       format('alter extension %I update to %L', ext.extname, ext.extversion) as statement
  from pg_catalog.pg_extension ext
 order by ext.oid
