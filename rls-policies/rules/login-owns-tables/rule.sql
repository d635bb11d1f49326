select format('role %I', rol.rolname)                                                       as object,
       format('logs in and owns %s tenant table(s) such as %s: it can switch their row security off itself',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                     as detail,
       null::text                                                                           as fix,
       true                                                                                 as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     rol on rol.oid = rel.relowner
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))
 group by rol.rolname
 order by object
