select name, format('create function %s.how_many() returns bigint language sql security definer set search_path =
 '''' as ''select count(*) from %s''', schema, name)
  from its_table where relrowsecurity
