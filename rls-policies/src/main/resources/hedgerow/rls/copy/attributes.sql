-- Attributes of roles, except those that affect only connecting: password, its expiry, number of
-- connections.
select 'pg_catalog.pg_authid'::regclass::oid as class, rol.oid as object,
       format('attributes of role %I', rol.rolname) as name,
       format('alter role %I with %s%s %s %s %s %s %s', rol.rolname,
              case when rol.rolsuper then 'superuser ' else 'nosuperuser ' end,
              case when rol.rolinherit then 'inherit' else 'noinherit' end,
              case when rol.rolcreaterole then 'createrole' else 'nocreaterole' end,
              case when rol.rolcreatedb then 'createdb' else 'nocreatedb' end,
              case when rol.rolcanlogin then 'login' else 'nologin' end,
              case when rol.rolreplication then 'replication' else 'noreplication' end,
              case when rol.rolbypassrls then 'bypassrls' else 'nobypassrls' end) as statement
  from pg_catalog.pg_roles rol
 where (rol.oid >= 16384 or rol.oid = 10) and rol.rolname is distinct from current_setting('hedgerow.superuser', true)
 order by rol.rolname
