select label || ' ' || word || ' ' || whole, format('%s (%s)', alter_it, replace(condition, whole, '(' || first ||
    ' <> ' || second || ')'))
  from its_condition, pg_temp.equalities(condition)
