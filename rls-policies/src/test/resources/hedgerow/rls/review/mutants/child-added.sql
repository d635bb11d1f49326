-- A child of the table, which asks no policy when it is named.
select rel.name || ' to ' || role.name,
    format('create table %s.child_of_%s () inherits (%s); grant select, insert, update, delete on %1$s.child_of_%2$s
 to %4$s', schema, relname, rel.name, role.name)
  from its_table rel, its_role role where relkind = 'r' and relrowsecurity and not relispartition and relname ~
      '^[a-z_0-9]+$'
