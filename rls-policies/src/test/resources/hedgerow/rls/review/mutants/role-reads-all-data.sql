select login.name || ' ' || granted.name, format('grant %s to %s', granted.name, login.name)
  from its_login login, (values ('pg_read_all_data'), ('pg_write_all_data')) granted (name)
