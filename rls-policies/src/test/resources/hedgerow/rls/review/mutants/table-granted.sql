select rel.name || ' to ' || role.name,
    format('grant select, insert, update, delete on %s to %s; grant usage on schema %s to %2$s', rel.name,
        role.name, rel.schema)
  from its_table rel, its_role role where rel.relowner <> role.oid
