select att.attrelid as relation, att.attnum::int as number, att.attname as name, quote_ident(att.attname) as quoted,
       att.atttypid as type, format_type(att.atttypid, att.atttypmod) as type_name, att.attcollation as collation,
       att.attnotnull and inv.conrelid is null as not_null, att.attgenerated <> '' as generated, att.attidentity <> ''
           as identity,
       def.adbin::text as default_tree
  from pg_catalog.pg_attribute att
  join pg_catalog.pg_class rel on rel.oid = att.attrelid
  left join pg_catalog.pg_constraint inv  -- NOT NULL that applies to new rows only
    on inv.conrelid = att.attrelid and inv.contype = 'n' and inv.conkey = array[att.attnum] and not inv.convalidated
  left join pg_catalog.pg_attrdef def on def.adrelid = att.attrelid and def.adnum = att.attnum
 where rel.relkind in ('r', 'p', 'v', 'm', 'f') and rel.relpersistence <> 't'
   and att.attnum > 0 and not att.attisdropped
 order by att.attrelid, att.attnum
