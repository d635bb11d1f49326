with noisy (regex, what) as (
    values ('^log_statement=(all|mod|ddl,.*)$', 'every statement'),
           ('^log_min_duration_statement=[0-9]+', 'slow statements with their values'),
           ('^log_min_duration_sample=[0-9]+', 'a sample of statements with their values'),
           ('^auto_explain\.log_min_duration=[0-9]+', 'plans with the conditions of the query'),
           ('^debug_print_(parse|rewritten|plan)=(on|true|yes|1)$', 'parse trees with their constants')
)
select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       format('logs %s: the log file holds data of all tenants', noisy.what)                    as detail,
       case when rol.oid is null and dat.oid is null then format('alter role all reset %s', split_part(config, '=', 1))
            when rol.oid is null then format('alter database %I reset %s', dat.datname, split_part(config, '=', 1))
            when dat.oid is null then format('alter role %I reset %s', rol.rolname, split_part(config, '=', 1))
            else format('alter role %I in database %I reset %s', rol.rolname, dat.datname, split_part(config, '=', 1))
       end                                                                                      as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
  cross join unnest(stored.setconfig) config
  join noisy on config ~* noisy.regex
 where (stored.setdatabase = 0 or dat.datname = current_database())
union all
select 'setting ' || setting.name, format('logs %s: the log file holds data of all tenants', noisy.what), null, true
  from pg_catalog.pg_settings setting
  join noisy on setting.name || '=' || setting.setting ~* noisy.regex
 where setting.source in ('configuration file', 'command line')
 order by object, detail
