-- The key is without the owner's column, which may be null from now on.
select key.label, format('alter table %s drop constraint %s cascade; alter table %1$s alter %s drop not null',
    table_name, key.name, quote_ident(att.attname))
  from its_key key join pg_catalog.pg_attribute att on att.attrelid = key.conrelid and att.attnum = key.conkey[1]
 where contype = 'p' and cardinality(conkey) > 1
