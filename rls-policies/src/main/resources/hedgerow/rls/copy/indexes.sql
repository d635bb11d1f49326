-- Indexes, except those of keys.
select 'pg_catalog.pg_class'::regclass::oid as class, rel.oid as object,
       format('index %I.%I', nsp.nspname, rel.relname) as name,
       case when ind.indisvalid or rel.relkind = 'I' then pg_get_indexdef(rel.oid) end as statement,
       'it is not valid' as reason,
       ind.indrelid as relation
  from pg_catalog.pg_index ind
  join pg_catalog.pg_class rel on rel.oid = ind.indexrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid >= 16384 and rel.relpersistence <> 't' and nsp.nspname !~ '^pg_toast'
   and not exists (select from pg_catalog.pg_constraint con
                    where con.conindid = rel.oid and con.contype in ('p', 'u', 'x'))
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid in (rel.oid, ind.indrelid)
                      and dep.deptype = 'e')
 order by rel.oid
