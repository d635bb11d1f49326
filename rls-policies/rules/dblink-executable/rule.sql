with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select distinct ext.extname, nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes) as args,
           acl.grantee, rol.rolname
      from pg_catalog.pg_extension ext
      join pg_catalog.pg_depend    dep on dep.refclassid = 'pg_catalog.pg_extension'::regclass
                                      and dep.refobjid = ext.oid and dep.deptype = 'e'
                                      and dep.classid = 'pg_catalog.pg_proc'::regclass
      join pg_catalog.pg_proc      pro on pro.oid = dep.objid
      join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace,
           aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
      left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
     where ext.extname = 'dblink'
       and pro.proname in ('dblink', 'dblink_connect', 'dblink_connect_u', 'dblink_exec', 'dblink_open')
       and acl.grantee in (select oid from subject)
       and acl.grantee <> pro.proowner
)
select format('extension %I', extname)                                                          as object,
       format('%s may open connections out of a session, as another user if a password or a trusted path is at hand',
              string_agg(distinct coalesce(rolname::text, 'PUBLIC'), ', '))                     as detail,
       format('revoke execute on function %s from %s',
              string_agg(distinct format('%I.%I(%s)', nspname, proname, args), ', '),
              string_agg(distinct coalesce(quote_ident(rolname), 'public'), ', '))              as fix,
       true                                                                                     as exposed
  from granted
 group by extname
 order by object
