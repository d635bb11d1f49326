-- Stored settings. The elements of a list are separate strings: the server would make one element of one
-- string.
select 'pg_catalog.pg_db_role_setting'::regclass::oid as class, drs.setrole as object,
       format('stored setting %I of %s', one.name,
              case when drs.setrole = 0 then 'all roles' else format('role %I', rol.rolname) end) as name,
       format('alter %s set %I to %s',
              case when drs.setrole = 0 and drs.setdatabase = 0 then 'role all'
                   when drs.setrole = 0 then format('database %I', current_database())
                   else format('role %I', rol.rolname)
                        || case when drs.setdatabase = 0 then '' else format(' in database %I', current_database()) end
              end,
              one.name,
              case when one.name in ('search_path', 'temp_tablespaces', 'local_preload_libraries',
                                     'session_preload_libraries', 'shared_preload_libraries')
                   then coalesce((select string_agg(quote_literal(coalesce(replace(part[1], '""', '"'),
                                                                           lower(part[2]))), ', ' order by place)
                                    from regexp_matches(one.value, '"((?:[^"]|"")*)"|([^,[:space:]]+)', 'g')
                                         with ordinality as parts (part, place)), '''''')
                   else quote_literal(one.value) end) as statement
  from pg_catalog.pg_db_role_setting drs
  left join pg_catalog.pg_roles rol on rol.oid = drs.setrole
 cross join lateral (select split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
                       from unnest(drs.setconfig) setting) as one (name, value)
 where drs.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
   and (drs.setrole = 0 or rol.oid is not null)
 order by rol.rolname, drs.setdatabase, one.name
