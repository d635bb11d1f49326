select rel.name || ' to ' || role.name, format('grant select, insert, update, delete on %s to %s', rel.name, role.name)
  from its_table rel, its_role role where relispartition
