select format('role %I', rol.rolname)                                                       as object,
       'logs in and has REPLICATION: it may copy the whole cluster, and no policy is asked' as detail,
       format('alter role %I noreplication', rol.rolname)                                   as fix,
       true                                                                                 as exposed
  from pg_catalog.pg_roles rol
 where rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))
   and rol.rolreplication and not rol.rolsuper
 order by object
