-- Defaults of columns of tables and views, and the columns that own sequences.
select 'pg_catalog.pg_attrdef'::regclass::oid as class, def.oid as object,
       format('default of %I.%I.%I', nsp.nspname, rel.relname, att.attname) as name,
       format('alter table %I.%I alter column %I set default %s', nsp.nspname, rel.relname, att.attname,
              pg_get_expr(def.adbin, def.adrelid)) as statement,
       rel.oid as relation
  from pg_catalog.pg_attrdef def
  join pg_catalog.pg_attribute att on att.attrelid = def.adrelid and att.attnum = def.adnum
  join pg_catalog.pg_class rel on rel.oid = def.adrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid >= 16384 and rel.relkind <> 'f' and rel.relpersistence <> 't' and att.attgenerated = ''
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
union all
select 'pg_catalog.pg_class'::regclass, seq.oid, format('owner column of sequence %I.%I', sns.nspname, seq.relname),
       format('alter sequence %I.%I owned by %I.%I.%I', sns.nspname, seq.relname, nsp.nspname, rel.relname,
              att.attname),
       rel.oid
  from pg_catalog.pg_depend own
  join pg_catalog.pg_class seq on seq.oid = own.objid and seq.relkind = 'S'
  join pg_catalog.pg_namespace sns on sns.oid = seq.relnamespace
  join pg_catalog.pg_class rel on rel.oid = own.refobjid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_attribute att on att.attrelid = rel.oid and att.attnum = own.refobjsubid
 where own.classid = 'pg_catalog.pg_class'::regclass and own.refclassid = 'pg_catalog.pg_class'::regclass
   and own.deptype = 'a' and own.refobjsubid > 0 and seq.oid >= 16384 and seq.relpersistence <> 't'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = seq.oid and dep.deptype = 'e')
 order by 2
