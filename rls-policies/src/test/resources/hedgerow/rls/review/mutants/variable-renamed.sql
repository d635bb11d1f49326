-- A variable that nobody sets.
select label || ' ' || word, format('%s (%s)', alter_it, regexp_replace(condition, '(current_setting\(''[^'']+)''',
    '\1_id''', 'g'))
  from its_condition where condition ~ 'current_setting\('
