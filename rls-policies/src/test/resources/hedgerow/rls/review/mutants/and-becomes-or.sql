select label || ' ' || word, format('%s (%s)', alter_it, array_to_string(pg_temp.operands(condition, 'AND'), ' or '))
  from its_condition where cardinality(pg_temp.operands(condition, 'AND')) > 1
