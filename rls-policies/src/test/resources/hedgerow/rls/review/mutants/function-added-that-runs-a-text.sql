select name, format('create function %s.run(query text) returns bigint language plpgsql security definer set
 search_path = '''' as $f$ declare n bigint; begin execute query into n; return n; end $f$', schema)
  from its_table where relrowsecurity
