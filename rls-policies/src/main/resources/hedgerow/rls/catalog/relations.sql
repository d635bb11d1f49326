select rel.oid, nsp.nspname as schema, rel.relname as name, format('%I.%I', nsp.nspname, rel.relname) as quoted,
       rel.relkind as kind, rel.relowner as owner,
       rel.relrowsecurity as row_security, rel.relforcerowsecurity as forced,
       rel.relispartition as partition, rel.reltuples as estimated_rows, coalesce(rel.reloptions, '{}') as options,
       array(select inh.inhparent::bigint
               from pg_catalog.pg_inherits inh
              where inh.inhrelid = rel.oid
              order by inh.inhseqno) as parents,
       array(select quote_ident(att.attname)
               from pg_catalog.pg_partitioned_table part,
                    unnest(part.partattrs::int2[]) with ordinality as key (number, place)
               join pg_catalog.pg_attribute att on att.attnum = key.number
              where part.partrelid = rel.oid and att.attrelid = rel.oid and 0 <> all (part.partattrs::int2[])
              order by key.place) as partition_key,
       pg_catalog.pg_get_expr(rel.relpartbound, rel.oid) as partition_bound,
       own.refobjid as owning_relation, own.refobjsubid as owning_column, ext.extname as extension
  from pg_catalog.pg_class rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_depend own
    on own.classid = 'pg_catalog.pg_class'::regclass and own.objid = rel.oid and rel.relkind = 'S'
   and own.refclassid = 'pg_catalog.pg_class'::regclass and own.deptype in ('a', 'i')
  left join pg_catalog.pg_depend dep
    on dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.objsubid = 0 and dep.deptype = 'e'
  left join pg_catalog.pg_extension ext on ext.oid = dep.refobjid
 where rel.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and rel.relpersistence <> 't'
 order by nsp.nspname, rel.relname
