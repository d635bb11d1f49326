select distinct login.name || ' in ' || rel.owner, format('grant %s to %s', rel.owner, login.name)
  from its_login login, its_table rel where rel.relowner <> login.oid and rel.owner not in (select rolname from
      pg_roles where rolsuper)
