with recursive helper as (  -- everybody who queries the table runs the functions of its policies
    select dep.refobjid as oid
      from pg_catalog.pg_depend dep
     where dep.classid = 'pg_catalog.pg_policy'::regclass and dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select dep.refobjid
      from helper
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = helper.oid
                                   and dep.refclassid = 'pg_catalog.pg_proc'::regclass
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('runs as %I, and everybody may call it', own.rolname)                             as detail,
       format('revoke execute on routine %I.%I(%s) from public', nsp.nspname, pro.proname,
              oidvectortypes(pro.proargtypes))                                                  as fix,
       pro.oid not in (select oid from helper)                                                  as exposed
  from pg_catalog.pg_proc      pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_roles     own on own.oid = pro.proowner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and pro.prosecdef
   and pro.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
   and exists (select from aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl where acl.grantee = 0)
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 order by object
