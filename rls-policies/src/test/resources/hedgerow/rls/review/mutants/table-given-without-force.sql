select rel.name || ' ' || login.name,
       format('alter table %s owner to %s; alter table %1$s no force row level security', rel.name, login.name)
  from its_table rel, its_login login where relrowsecurity
