select name, regexp_replace(pg_get_functiondef(oid), '(nullif\(current_setting\([^()]*\), ''''(::text)?\))',
       'coalesce(\1, ' || quote_literal((select min(value) from its_variable)) || ')', 'gi')
  from its_function where pg_get_functiondef(oid) ~* 'nullif\(current_setting'
