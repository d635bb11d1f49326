select 'pg_catalog.pg_class'::regclass::oid as class, rel.oid as object,
       format('place of index %I.%I under %I.%I', nsp.nspname, rel.relname, pns.nspname, par.relname) as name,
       format('alter index %I.%I attach partition %I.%I', pns.nspname, par.relname, nsp.nspname, rel.relname)
           as statement,
       ind.indrelid as relation
  from pg_catalog.pg_inherits inh
  join pg_catalog.pg_class rel on rel.oid = inh.inhrelid and rel.relkind in ('i', 'I')
  join pg_catalog.pg_index ind on ind.indexrelid = rel.oid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_class par on par.oid = inh.inhparent
  join pg_catalog.pg_namespace pns on pns.oid = par.relnamespace
 where rel.oid >= 16384 and rel.relpersistence <> 't'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = ind.indrelid
                      and dep.deptype = 'e')
 order by rel.oid
