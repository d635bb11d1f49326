select name, regexp_replace(pg_get_functiondef(oid), '(current_setting\(''[^'']+)''', '\1_id''', 'g') from
    its_function where pg_get_functiondef(oid) ~ 'current_setting\('''
