select label || ' ' || word || ' ' || whole,
       format('%s (%s)', alter_it, replace(condition, whole, format('(left((%s)::text, 1) = left((%s)::text, 1))',
       first, second)))
  from its_condition, pg_temp.equalities(condition)
