-- Roles. None has any attribute while code of the source may run. The source's first superuser is an
-- ordinary role here: the copy has one of its own.
select 'pg_catalog.pg_authid'::regclass::oid as class, rol.oid as object, format('role %I', rol.rolname) as name,
       format('create role %I', rol.rolname) as statement
  from pg_catalog.pg_roles rol
 where (rol.oid >= 16384 or rol.oid = 10) and rol.rolname is distinct from current_setting('hedgerow.superuser', true)
 order by rol.rolname
