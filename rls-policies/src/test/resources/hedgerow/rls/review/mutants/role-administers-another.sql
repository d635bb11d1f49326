-- ADMIN OPTION alone makes a member within one statement.
select login.name || ' over ' || role.name, format('grant %s to %s with admin true, inherit false, set false',
    role.name, login.name)
  from its_login login, its_role role where role.oid <> login.oid and not pg_has_role(role.oid, login.oid, 'member')
  and current_setting('server_version_num')::int >= 160000
