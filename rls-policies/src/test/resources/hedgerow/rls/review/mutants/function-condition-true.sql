-- The condition of a query in its body is forgotten.
select name, regexp_replace(pg_get_functiondef(oid), '\mwhere\M', 'where true or', 'i') from its_function where
    prosrc ~* '\mwhere\M' or (is_parsed and pg_get_functiondef(oid) ~* '\mwhere\M')
