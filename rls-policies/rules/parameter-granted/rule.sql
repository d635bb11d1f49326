select 'parameter ' || par.parname                                                              as object,
       format('%s may set it, which is a superuser''s business',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))
       || case par.parname
              when 'session_replication_role' then ': triggers and foreign keys can be switched off'
              when 'allow_system_table_mods'  then ': system catalogs can be altered'
              when 'session_preload_libraries' then ': any library can be loaded'
              when 'local_preload_libraries'  then ': any library can be loaded'
              when 'dynamic_library_path'     then ': any library can be loaded'
              else '' end                                                                       as detail,
       format('revoke all on parameter %s from %s', par.parname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))          as fix,
       par.parname in ('session_replication_role', 'allow_system_table_mods', 'session_preload_libraries',
                       'local_preload_libraries', 'dynamic_library_path', 'lo_compat_privileges') as exposed
  from pg_catalog.pg_parameter_acl par
  cross join aclexplode(par.paracl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and par.parname <> all (current_setting('hedgerow.variables')::text[])  -- reserved-parameter-granted
 group by par.parname
 order by object
