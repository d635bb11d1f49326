select 'pg_catalog.pg_namespace'::regclass::oid as class, nsp.oid as object, format('schema %I', nsp.nspname) as name,
       format('create schema %I', nsp.nspname) as statement
  from pg_catalog.pg_namespace nsp
 where (nsp.oid >= 16384 or nsp.nspname = 'public') and nsp.nspname !~ '^pg_'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_namespace'::regclass and dep.objid = nsp.oid
                      and dep.deptype = 'e')
 order by nsp.nspname
