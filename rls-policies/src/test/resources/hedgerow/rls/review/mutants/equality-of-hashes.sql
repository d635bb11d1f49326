-- Equal hashes are no equal values.
select label || ' ' || word || ' ' || whole,
       format('%s (%s)', alter_it, replace(condition, whole,
       format('(hashtext((%s)::text) %% 2 = hashtext((%s)::text) %% 2)', first, second)))
  from its_condition, pg_temp.equalities(condition)
