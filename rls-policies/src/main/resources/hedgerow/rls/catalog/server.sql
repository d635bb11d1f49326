-- The server and the session, with only those settings that affect row security or the contents of logs.
select current_setting('server_version_num')::int as version,
       current_setting('server_version')          as version_name,
       current_database()                         as database,
       session_user                               as session_name,
       (select oid from pg_catalog.pg_roles where rolname = session_user) as session_oid,
       dat.datdba                                 as owner,
       array(select set.name || '=' || set.setting
               from pg_catalog.pg_settings set
              where set.name in ('row_security', 'search_path', 'session_preload_libraries', 'shared_preload_libraries',
                                 'local_preload_libraries', 'log_statement', 'log_min_duration_statement',
                                 'log_parameter_max_length', 'log_parameter_max_length_on_error',
                                 'lo_compat_privileges', 'password_encryption', 'ssl', 'wal_level',
                                 'createrole_self_grant', 'compute_query_id', 'track_activities')
              order by set.name)                  as settings
  from pg_catalog.pg_database dat
 where dat.datname = current_database()
