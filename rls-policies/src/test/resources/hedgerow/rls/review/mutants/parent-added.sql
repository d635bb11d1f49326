-- A parent that shows its child's rows by its own policies.
select rel.name || ' to ' || role.name,
    format('create table %s.above_%s as select * from %s with no data; alter table %3$s inherit %1$s.above_%2$s;
 grant select, update, delete on %1$s.above_%2$s to %4$s', schema, relname, rel.name, role.name)
  from its_table rel, its_role role where relkind = 'r' and relrowsecurity and not relispartition and relname ~
      '^[a-z_0-9]+$'
  and not exists (select from pg_attribute where attrelid = rel.oid and (attgenerated <> '' or attidentity <> ''))
