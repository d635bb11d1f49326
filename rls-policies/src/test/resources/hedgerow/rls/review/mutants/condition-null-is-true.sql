-- What is not known is let by.
select label || ' ' || word, format('%s (coalesce(%s, true))', alter_it, condition) from its_condition where
    condition <> 'true'
