with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
target as (
    select 'foreign server' as kind, srv.srvname as name, acl.grantee
      from pg_catalog.pg_foreign_server srv, aclexplode(srv.srvacl) acl
     where acl.grantee <> srv.srvowner
    union all
    select 'foreign data wrapper', fdw.fdwname, acl.grantee
      from pg_catalog.pg_foreign_data_wrapper fdw, aclexplode(fdw.fdwacl) acl
     where acl.grantee <> fdw.fdwowner
)
select format('%s %I', target.kind, target.name)                                       as object,
       format('%s may define connections with it, and read what lies behind, where no policy of this server holds',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))        as detail,
       format('revoke usage on %s %I from %s', target.kind, target.name,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')) as fix,
       true                                                                            as exposed
  from target
  left join pg_catalog.pg_roles rol on rol.oid = target.grantee
 where target.grantee in (select oid from subject)
 group by target.kind, target.name
 order by object
