select label || ' ' || word, format('%s (%s)', alter_it, regexp_replace(condition, ' OR ', ' AND ')) from its_condition
 where condition like '% OR %'
