with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (  -- servers that a subject can send a query to
    select srv.oid
      from pg_catalog.pg_foreign_server srv, aclexplode(coalesce(srv.srvacl, acldefault('S', srv.srvowner))) acl
     where acl.grantee in (select oid from subject)
    union
    select ftr.ftserver
      from pg_catalog.pg_foreign_table ftr
      join pg_catalog.pg_class rel on rel.oid = ftr.ftrelid,
           aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
)
select format('user mapping for public on server %I', map.srvname)                    as object,
       'whoever uses the server is the same user on the far side'                     as detail,
       format('drop user mapping for public server %I', map.srvname)                  as fix,
       map.srvid in (select oid from usable)                                          as exposed
  from pg_catalog.pg_user_mappings map
 where map.umuser = 0
 order by object
