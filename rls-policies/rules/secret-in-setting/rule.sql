select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       format('stores %s, and every role can read it', setting.name)                            as detail,
       case when rol.oid is null and dat.oid is null then format('alter role all reset %s', setting.spelled)
            when rol.oid is null then format('alter database %I reset %s', dat.datname, setting.spelled)
            when dat.oid is null then format('alter role %I reset %s', rol.rolname, setting.spelled)
            else format('alter role %I in database %I reset %s', rol.rolname, dat.datname, setting.spelled) end as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
  cross join unnest(stored.setconfig) config
  cross join lateral (select split_part(config, '=', 1) as name,
                             (select string_agg(quote_ident(part), '.')
                                from unnest(string_to_array(split_part(config, '=', 1), '.')) part) as spelled) setting
 where setting.name ~* '\.(\w*_)?(secret|password|passwd|api_?key|private_key|token)s?$'
   and length(config) > length(setting.name) + 1
   and (stored.setdatabase = 0 or dat.datname = current_database())
 order by object, detail
