select name, format('create function %s.wipe() returns void language sql security definer set search_path = '''' as
 ''delete from %s''', schema, name)
  from its_table where relrowsecurity
