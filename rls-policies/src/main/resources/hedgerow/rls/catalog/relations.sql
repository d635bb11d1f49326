select rel.oid, nsp.nspname as schema, rel.relname as name, format('%I.%I', nsp.nspname, rel.relname) as quoted,
       rel.relkind as kind, rel.relowner as owner,
       rel.relrowsecurity as row_security, rel.relforcerowsecurity as forced,
       rel.relispartition as partition, rel.reltuples as estimated_rows, coalesce(rel.reloptions, '{}') as options,
       array(select inh.inhparent::bigint
               from pg_catalog.pg_inherits inh
              where inh.inhrelid = rel.oid
              order by inh.inhseqno) as parents,
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
