-- Rows without an owner are shown to sessions without an identity.
select label || ' ' || word || ' ' || whole,
       format('%s (%s)', alter_it, replace(condition, whole, '(' || first || ' is not distinct from ' || second || ')'))
  from its_condition, pg_temp.equalities(condition)
