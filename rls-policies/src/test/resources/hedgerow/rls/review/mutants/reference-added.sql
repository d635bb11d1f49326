-- A row may name any row of another table, or of its own.
select own.name || ' -> ' || key.table_name,
       format('alter table %s add column stray %s references %s (%s)', own.name, format_type(att.atttypid,
       att.atttypmod), key.table_name, quote_ident(att.attname))
  from its_table own, its_key key
  join pg_catalog.pg_attribute att on att.attrelid = key.conrelid and att.attnum = key.conkey[1]
 where key.contype in ('p', 'u') and cardinality(key.conkey) = 1 and own.relrowsecurity and own.relkind = 'r' and
     not own.relispartition
