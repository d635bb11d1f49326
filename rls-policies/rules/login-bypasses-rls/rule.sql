select format('role %I', rol.rolname)                                            as object,
       'logs in and has BYPASSRLS: no policy of any table binds it'              as detail,
       format('alter role %I nobypassrls', rol.rolname)                          as fix,
       exists (select from pg_catalog.pg_class rel where rel.relrowsecurity)
       and not exists (  -- a job beside an application that row security binds
           select from pg_catalog.pg_roles app
             join pg_catalog.pg_class rel
               on rel.relrowsecurity and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
            where app.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))
              and not app.rolbypassrls and not app.rolsuper
              and (rel.relforcerowsecurity or not pg_has_role(app.oid, rel.relowner, 'MEMBER'))
              and has_table_privilege(app.oid, rel.oid, 'SELECT, INSERT, UPDATE, DELETE')) as exposed
  from pg_catalog.pg_roles rol
 where rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))
   and rol.rolbypassrls and not rol.rolsuper
 order by object
