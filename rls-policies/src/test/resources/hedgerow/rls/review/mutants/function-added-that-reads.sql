-- A look-up by its owner, for everybody.
select name, format('create function %s.look_up() returns setof %s language sql security definer set search_path =
 '''' as ''select * from %2$s''; grant usage on schema %1$s to public', schema, name)
  from its_table where relrowsecurity
