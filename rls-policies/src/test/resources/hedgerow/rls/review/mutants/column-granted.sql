select col.table_name || ' ' || col.name || ' to ' || role.name, format('grant update (%s) on %s to %s', col.name,
    col.table_name, role.name)
  from its_owner_column col, its_role role where not has_column_privilege(role.oid, col.relation, col.attnum, 'update')
