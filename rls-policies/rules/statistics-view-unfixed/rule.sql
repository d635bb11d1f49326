select format('pg_catalog.%I', rel.relname)                                                      as object,
       'shows statistics to others than the owner of the table: the script for CVE-2024-4317 was not run here'
                                                                                                 as detail,
       null::text                                                                                as fix,
       true                                                                                      as exposed
  from pg_catalog.pg_class rel
 where rel.relnamespace = 'pg_catalog'::regnamespace
   and rel.relname in ('pg_stats_ext', 'pg_stats_ext_exprs')
   and pg_get_viewdef(rel.oid) !~ 'pg_has_role'
 order by object
