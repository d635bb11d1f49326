select lng.oid, lng.lanname as name, lng.lanpltrusted as trusted, lng.lanowner as owner
  from pg_catalog.pg_language lng
 where lng.lanispl
 order by lng.lanname
