select format('role %I', rol.rolname)                                            as object,
       'logs in and has BYPASSRLS: no policy of any table binds it'              as detail,
       format('alter role %I nobypassrls', rol.rolname)                          as fix,
       exists (select from pg_catalog.pg_class rel where rel.relrowsecurity)     as exposed
  from pg_catalog.pg_roles rol
 where rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))
   and rol.rolbypassrls and not rol.rolsuper
 order by object
