-- Extensions. Their creator is their owner: there is no other way.
select 'pg_catalog.pg_extension'::regclass::oid as class, ext.oid as object,
       format('extension %I', ext.extname) as name,
       format('create extension %I schema %I', ext.extname, nsp.nspname) as statement,
       rol.rolname as actor
  from pg_catalog.pg_extension ext
  join pg_catalog.pg_namespace nsp on nsp.oid = ext.extnamespace
  join pg_catalog.pg_roles rol on rol.oid = ext.extowner
 where ext.extname <> 'plpgsql'
 order by ext.oid
