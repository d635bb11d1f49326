-- Identity columns. From 17 on, partitions share their parent's.
select 'pg_catalog.pg_class'::regclass::oid as class, seq.oid as object,
       format('identity of %I.%I.%I', nsp.nspname, rel.relname, att.attname) as name,
       format('alter table %I.%I alter column %I add generated %s as identity (sequence name %I.%I increment by %s'
              || ' minvalue %s maxvalue %s start with %s cache %s%s)',
              nsp.nspname, rel.relname, att.attname,
              case att.attidentity when 'a' then 'always' else 'by default' end, sns.nspname, seq.relname,
              num.seqincrement, num.seqmin, num.seqmax, num.seqstart, num.seqcache,
              case when num.seqcycle then ' cycle' else '' end) as statement,
       rel.oid as relation
  from pg_catalog.pg_depend own
  join pg_catalog.pg_class seq on seq.oid = own.objid and seq.relkind = 'S'
  join pg_catalog.pg_sequence num on num.seqrelid = seq.oid
  join pg_catalog.pg_namespace sns on sns.oid = seq.relnamespace
  join pg_catalog.pg_class rel on rel.oid = own.refobjid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_attribute att on att.attrelid = rel.oid and att.attnum = own.refobjsubid
 where own.classid = 'pg_catalog.pg_class'::regclass and own.refclassid = 'pg_catalog.pg_class'::regclass
   and own.deptype = 'i' and own.refobjsubid > 0 and rel.oid >= 16384 and rel.relpersistence <> 't'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
 order by seq.oid
