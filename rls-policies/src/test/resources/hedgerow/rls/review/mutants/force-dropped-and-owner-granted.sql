select rel.name || ' ' || login.name,
       format('alter table %s no force row level security; grant %s to %s', rel.name, rel.owner, login.name)
  from its_table rel, its_login login where relrowsecurity and rel.relowner <> login.oid and rel.owner not in
      (select rolname from pg_roles where rolsuper)
