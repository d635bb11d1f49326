-- A policy for a role that is not everybody.
select label || ' to ' || role.name, format('alter policy %s on %s to %s', pol.name, table_name, role.name)
  from its_policy pol, its_role role where array[role.oid] <> pol.polroles
