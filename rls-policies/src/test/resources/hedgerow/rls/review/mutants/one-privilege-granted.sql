select rel.name || ' ' || prv.name || ' to ' || role.name, format('grant %s on %s to %s', prv.name, rel.name, role.name)
  from its_table rel, its_role role, (values ('insert'), ('update'), ('delete'), ('select')) prv (name)
 where not has_table_privilege(role.oid, rel.oid, prv.name)
