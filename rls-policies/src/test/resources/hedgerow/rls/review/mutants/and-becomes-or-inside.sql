-- The first AND of a sub-select.
select label || ' ' || word, format('%s (%s)', alter_it, regexp_replace(condition, ' AND ', ' OR ')) from its_condition
 where condition like '%SELECT% AND %'
