select label || ' ' || word, format('%s (%s is not false)', alter_it, condition) from its_condition where condition
    <> 'true'
