select 'pg_catalog.pg_proc'::regclass::oid as class, pro.oid as object,
       format('leakproof promise of function %s', pro.oid::regprocedure) as name,
       format('alter function %s leakproof', pro.oid::regprocedure) as statement
  from pg_catalog.pg_proc pro
 where pro.oid >= 16384 and pro.proleakproof
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 order by pro.oid
