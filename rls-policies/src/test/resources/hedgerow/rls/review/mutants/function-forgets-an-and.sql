select name, regexp_replace(pg_get_functiondef(oid), '\mand\M', 'or', 'i') from its_function where
    pg_get_functiondef(oid) ~* '\mand\M'
