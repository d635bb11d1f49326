select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       'lets callers of PostgREST request query plans: row estimates over all tenants, and rows that policies removed'
                                                                                                as detail,
       case when rol.oid is null and dat.oid is null then 'alter role all reset pgrst.db_plan_enabled'
            when rol.oid is null then format('alter database %I reset pgrst.db_plan_enabled', dat.datname)
            when dat.oid is null then format('alter role %I reset pgrst.db_plan_enabled', rol.rolname)
            else format('alter role %I in database %I reset pgrst.db_plan_enabled', rol.rolname, dat.datname)
       end                                                                                      as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
 where exists (select from unnest(stored.setconfig) config where config ~* '^pgrst\.db_plan_enabled=(on|true|yes|1)$')
   and (stored.setdatabase = 0 or dat.datname = current_database())
 order by object
