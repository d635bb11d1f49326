select login.name || ' in ' || role.name, format('grant %s to %s', role.name, login.name)
  from its_login login, its_role role where role.oid <> login.oid and not pg_has_role(role.oid, login.oid, 'member')
