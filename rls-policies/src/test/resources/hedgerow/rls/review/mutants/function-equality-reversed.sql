select name, regexp_replace(pg_get_functiondef(oid), ' = (?!'')', ' <> ', '') from its_function where
    pg_get_functiondef(oid) ~* 'where[^;]* = '
