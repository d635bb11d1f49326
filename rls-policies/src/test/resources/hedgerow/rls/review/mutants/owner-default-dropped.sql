select col.table_name || ' ' || col.name, format('alter table %s alter %s drop default', table_name, col.name)
  from its_owner_column col join pg_attrdef def on def.adrelid = col.relation and def.adnum = col.attnum
  join pg_attribute att on att.attrelid = col.relation and att.attnum = col.attnum and attgenerated = ''
