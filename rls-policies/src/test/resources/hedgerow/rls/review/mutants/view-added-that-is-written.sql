select rel.name || ' ' || role.name,
    format('create view %s.every_%s as select * from %s; grant select, insert, update, delete on %1$s.every_%2$s to
 %4$s', schema, relname, rel.name, role.name)
  from its_table rel, its_role role where relrowsecurity and relname ~ '^[a-z_0-9]+$'
