select pol.oid, pol.polrelid as relation, pol.polname as name, quote_ident(pol.polname) as quoted,
       pol.polpermissive as permissive, pol.polcmd as command, pol.polroles::bigint[] as roles,
       pol.polqual::text as using_tree, pg_get_expr(pol.polqual, pol.polrelid) as using_sql,
       pol.polwithcheck::text as check_tree, pg_get_expr(pol.polwithcheck, pol.polrelid) as check_sql
  from pg_catalog.pg_policy pol
 order by pol.polrelid, pol.polname
