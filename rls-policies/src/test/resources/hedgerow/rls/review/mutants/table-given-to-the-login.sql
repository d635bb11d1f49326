select rel.name || ' ' || login.name, format('alter table %s owner to %s', rel.name, login.name)
  from its_table rel, its_login login where relrowsecurity and rel.relowner <> login.oid
