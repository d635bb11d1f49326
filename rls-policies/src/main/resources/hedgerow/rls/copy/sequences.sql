-- Sequences. Those of identity columns come with them.
select 'pg_catalog.pg_class'::regclass::oid as class, rel.oid as object,
       format('sequence %I.%I', nsp.nspname, rel.relname) as name,
       format('create %ssequence %I.%I as %s increment by %s minvalue %s maxvalue %s start with %s cache %s%s',
              case rel.relpersistence when 'u' then 'unlogged ' else '' end, nsp.nspname, rel.relname,
              format_type(seq.seqtypid, null), seq.seqincrement, seq.seqmin, seq.seqmax, seq.seqstart, seq.seqcache,
              case when seq.seqcycle then ' cycle' else '' end) as statement
  from pg_catalog.pg_sequence seq
  join pg_catalog.pg_class rel on rel.oid = seq.seqrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid >= 16384 and rel.relpersistence <> 't'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid
                      and dep.deptype in ('e', 'i'))
 order by rel.oid
