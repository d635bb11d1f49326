select label || ' ' || word,
       format('%s (%s)', alter_it, regexp_replace(condition, '(NULLIF\(current_setting\([^()]*\), ''''::text\))',
              'coalesce(\1, ' || quote_literal((select min(value) from its_variable)) || ')', 'g'))
  from its_condition where condition ~ 'NULLIF\(current_setting'
