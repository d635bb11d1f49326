-- Triggers. Those of partitions come with their parents'; the server creates those of foreign keys.
select 'pg_catalog.pg_trigger'::regclass::oid as class, trg.oid as object,
       format('trigger %I of %I.%I', trg.tgname, nsp.nspname, rel.relname) as name,
       case rel.relkind when 'f' then null else pg_get_triggerdef(trg.oid) end as statement,
       rel.oid as relation, 'its table is a foreign table' as reason
  from pg_catalog.pg_trigger trg
  join pg_catalog.pg_class rel on rel.oid = trg.tgrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where trg.oid >= 16384 and not trg.tgisinternal and trg.tgparentid = 0 and rel.relpersistence <> 't'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
 order by trg.oid
