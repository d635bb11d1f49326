select col.table_name || ' ' || col.name,
       format('create function %s.rows_of(wanted %s) returns setof %s language sql security definer set search_path
 = '''' as ''select * from %3$s where %s = wanted''', rel.schema, col.type, col.table_name, col.name)
  from its_owner_column col join its_table rel on rel.oid = col.relation where rel.relrowsecurity
