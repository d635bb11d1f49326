-- Types, without the row types of relations and arrays of those.
select typ.oid, nsp.nspname as schema, typ.typname as name, format_type(typ.oid, null) as quoted, typ.typtype as kind,
       typ.typcategory as category, typ.typbasetype as base_type, typ.typelem as element_type,
       typ.typnotnull as not_null, typ.typcollation as collation
  from pg_catalog.pg_type typ
  join pg_catalog.pg_namespace nsp on nsp.oid = typ.typnamespace
  left join pg_catalog.pg_class rel on rel.oid = typ.typrelid
  left join pg_catalog.pg_type elem on elem.oid = typ.typelem and typ.typcategory = 'A'
 where (rel.relkind is null or rel.relkind = 'c') and coalesce(elem.typrelid, 0) = 0
   and nsp.nspname !~ '^pg_(toast|temp)'
 order by nsp.nspname, typ.typname
