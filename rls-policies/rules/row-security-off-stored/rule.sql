select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       'sessions start with row_security = off: filtered queries fail, and exempt roles never notice' as detail,
       case when rol.oid is null and dat.oid is null then 'alter role all reset row_security'
            when rol.oid is null then format('alter database %I reset row_security', dat.datname)
            when dat.oid is null then format('alter role %I reset row_security', rol.rolname)
            else format('alter role %I in database %I reset row_security', rol.rolname, dat.datname) end as fix,
       rol.oid is null or rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))  as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
 where exists (select from unnest(stored.setconfig) config where config ~* '^row_security=(off|false|no|0)$')
   and (stored.setdatabase = 0 or dat.datname = current_database())
 order by object
