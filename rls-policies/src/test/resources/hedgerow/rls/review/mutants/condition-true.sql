-- USING or WITH CHECK lets everything by.
select label || ' ' || word, format('%s (true)', alter_it) from its_condition where condition <> 'true'
