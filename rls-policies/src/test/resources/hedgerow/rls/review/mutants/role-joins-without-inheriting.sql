select login.name || ' in ' || role.name, format('grant %s to %s with inherit false, set true', role.name, login.name)
  from its_login login, its_role role where role.oid <> login.oid and not pg_has_role(role.oid, login.oid, 'member')
  and current_setting('server_version_num')::int >= 160000
