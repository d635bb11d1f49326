select 'database ' || quote_ident(dat.datname)                                                 as object,
       format('belongs to %I: it may store settings for all sessions, create schemas, and act as pg_database_owner',
              own.rolname)                                                                     as detail,
       format('alter database %I owner to %I', dat.datname, boot.rolname)                      as fix,
       true                                                                                    as exposed
  from pg_catalog.pg_database dat
  join pg_catalog.pg_roles own  on own.oid = dat.datdba
  join pg_catalog.pg_roles boot on boot.oid = 10
 where dat.datname = current_database()
   and not own.rolsuper
   and own.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 order by object
