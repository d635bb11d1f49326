-- The right side names the row's own column, as an inner query's alias does.
select label || ' ' || word || ' ' || whole, format('%s (%s)', alter_it, replace(condition, whole, '(' || first ||
    ' = ' || first || ')'))
  from its_condition, pg_temp.equalities(condition)
