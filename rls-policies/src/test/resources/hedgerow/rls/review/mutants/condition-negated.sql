select label || ' ' || word, format('%s (not %s)', alter_it, condition) from its_condition where condition not in
    ('true', 'false')
