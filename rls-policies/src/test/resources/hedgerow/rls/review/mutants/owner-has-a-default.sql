-- A row that names no owner gets one.
select col.table_name || ' ' || col.name, format('alter table %s alter %s set default %L', table_name, col.name,
    var.value)
  from its_owner_column col, (select min(value) as value from its_variable) var where col.type in ('uuid', 'text',
      'integer', 'bigint')
  and not exists (select from pg_attribute where attrelid = col.relation and attnum = col.attnum and (attgenerated
      <> '' or attidentity <> ''))
