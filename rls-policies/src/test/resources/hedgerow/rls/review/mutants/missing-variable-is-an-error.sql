select label || ' ' || word, format('%s (%s)', alter_it, regexp_replace(condition,
    '(current_setting\(''[^'']+''::text), true', '\1', 'g'))
  from its_condition where condition ~ 'current_setting\(''[^'']+''::text, true'
