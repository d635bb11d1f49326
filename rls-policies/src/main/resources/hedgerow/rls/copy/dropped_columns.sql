select 'pg_catalog.pg_class'::regclass::oid as class, rel.oid as object,
       format('gap %s in table %I.%I', att.attnum, nsp.nspname, rel.relname) as name,
       format('alter table %I.%I drop column %I', nsp.nspname, rel.relname, att.attname) as statement
  from pg_catalog.pg_attribute att
  join pg_catalog.pg_class rel on rel.oid = att.attrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid >= 16384 and rel.relkind in ('r', 'p') and rel.relpersistence <> 't' and att.attisdropped
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
 order by rel.oid, att.attnum
