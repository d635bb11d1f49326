-- An alternative that was meant for debugging.
select label || ' ' || word, format('%s (%s or true)', alter_it, condition) from its_condition where condition <> 'true'
