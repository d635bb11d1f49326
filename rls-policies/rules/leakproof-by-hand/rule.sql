select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes)) as object,
       'is marked LEAKPROOF, so it may run on rows before the policies have removed them'      as detail,
       format('alter function %I.%I(%s) not leakproof', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))
                                                                                               as fix,
       exists (select from aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
                where acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))) as exposed
  from pg_catalog.pg_proc      pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and pro.proleakproof
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 order by object
