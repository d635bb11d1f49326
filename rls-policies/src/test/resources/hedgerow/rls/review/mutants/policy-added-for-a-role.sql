select rel.name || ' ' || role.name, format('create policy one_too_many on %s to %s using (true)', rel.name, role.name)
  from its_table rel, its_role role where rel.relrowsecurity
