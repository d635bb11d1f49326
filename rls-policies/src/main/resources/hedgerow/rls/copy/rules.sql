select 'pg_catalog.pg_rewrite'::regclass::oid as class, rul.oid as object,
       format('rule %I of %I.%I', rul.rulename, nsp.nspname, rel.relname) as name,
       case rel.relkind when 'f' then null else pg_get_ruledef(rul.oid) end as statement,
       rel.oid as relation, 'its table is a foreign table' as reason
  from pg_catalog.pg_rewrite rul
  join pg_catalog.pg_class rel on rel.oid = rul.ev_class
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rul.oid >= 16384 and rel.relpersistence <> 't' and not (rel.relkind in ('v', 'm') and rul.ev_type = '1')
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
 order by rul.oid
