with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select pro.oid as routine, acl.grantee, acl.grantee = pro.proowner as owns
      from pg_catalog.pg_proc pro
      join pg_catalog.pg_language lan on lan.oid = pro.prolang and not lan.lanpltrusted,
           aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
     where acl.grantee in (select oid from subject)
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('written in %s, which nothing confines, and callable by %s', lan.lanname,
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))                 as detail,
       format('revoke execute on routine %I.%I(%s) from ', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))
       || string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ') filter (where not gra.owns) as fix,
       true                                                                                     as exposed
  from granted gra
  join pg_catalog.pg_proc      pro on pro.oid = gra.routine
  join pg_catalog.pg_language  lan on lan.oid = pro.prolang
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  left join pg_catalog.pg_roles rol on rol.oid = gra.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 group by nsp.nspname, pro.proname, pro.proargtypes, lan.lanname
 order by object
