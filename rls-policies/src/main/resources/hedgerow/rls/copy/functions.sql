-- Functions. Only a superuser may mark one as LEAKPROOF, which happens later; if a name hides the word's
-- place, the server refuses the statement.
select 'pg_catalog.pg_proc'::regclass::oid as class, pro.oid as object,
       format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes)) as name,
       case when lng.lanname not in ('c', 'internal')
            then case when pro.proleakproof
                      then regexp_replace(pg_get_functiondef(pro.oid), '(\n LANGUAGE [^\n]+\n[A-Z ]*?) LEAKPROOF', '\1')
                      else pg_get_functiondef(pro.oid) end end as statement,
       'it is written in C' as reason
  from pg_catalog.pg_proc pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_language lng on lng.oid = pro.prolang
 where pro.oid >= 16384 and pro.prokind in ('f', 'p', 'w') and nsp.nspname !~ '^pg_temp'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                      and dep.deptype in ('e', 'i'))
 order by pro.oid
