select name, format('create or replace view %s %s as %s', name, coalesce('with (' || array_to_string(reloptions,
    ', ') || ')', ''), regexp_replace(pg_get_viewdef(oid), '\mWHERE\M', 'WHERE true or '))
  from its_relation where relkind = 'v' and pg_get_viewdef(oid) ~ '\mWHERE\M'
