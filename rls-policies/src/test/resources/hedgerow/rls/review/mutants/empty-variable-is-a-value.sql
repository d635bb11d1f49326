select label || ' ' || word,
       format('%s (%s)', alter_it, regexp_replace(condition, 'NULLIF\((current_setting\([^()]*\)), ''''::text\)',
       '\1', 'g'))
  from its_condition where condition ~ 'NULLIF\(current_setting'
