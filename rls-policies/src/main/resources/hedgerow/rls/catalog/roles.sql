select rol.oid, rol.rolname as name, quote_ident(rol.rolname) as quoted, rol.rolcanlogin as login,
       rol.rolsuper as superuser, rol.rolbypassrls as bypasses, rol.rolinherit as inherits,
       rol.rolcreaterole as creates_roles, rol.rolcreatedb as creates_databases, rol.rolreplication as replicates
  from pg_catalog.pg_roles rol
 order by rol.rolname
