-- Foreign servers, with the existence of user mappings but never their contents.
select srv.oid, quote_ident(srv.srvname) as quoted, srv.srvowner as owner, fdw.fdwname as wrapper,
       array(select map.umuser::bigint from pg_catalog.pg_user_mappings map where map.srvid = srv.oid order by 1)
           as mapped_users
  from pg_catalog.pg_foreign_server srv
  join pg_catalog.pg_foreign_data_wrapper fdw on fdw.oid = srv.srvfdw
 order by srv.srvname
