select label || ' ' || word || ' ' || whole,
       format('%s (%s)', alter_it, replace(condition, whole, format('(lower((%s)::text) = lower((%s)::text))',
       first, second)))
  from its_condition, pg_temp.equalities(condition)
