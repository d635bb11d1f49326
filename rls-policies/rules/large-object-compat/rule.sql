select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       'lo_compat_privileges is on: every role may read and write every large object'              as detail,
       case when rol.oid is null and dat.oid is null then 'alter role all reset lo_compat_privileges'
            when rol.oid is null then format('alter database %I reset lo_compat_privileges', dat.datname)
            when dat.oid is null then format('alter role %I reset lo_compat_privileges', rol.rolname)
            else format('alter role %I in database %I reset lo_compat_privileges', rol.rolname, dat.datname) end as fix,
       rol.oid is null or rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))    as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
 where exists (select from unnest(stored.setconfig) config where config ~* '^lo_compat_privileges=(on|true|yes|1)$')
   and (stored.setdatabase = 0 or dat.datname = current_database())
union all
select 'setting lo_compat_privileges', 'is on in the configuration: every role may use every large object', null, true
  from pg_catalog.pg_settings
 where name = 'lo_compat_privileges' and setting = 'on' and source in ('configuration file', 'command line')
 order by object
