select label || ' ' || word || ' ' || col.name, format('%s (%s or %s is null)', alter_it, condition, col.name)
  from its_condition con join its_owner_column col on col.relation = con.relation where condition <> 'true'
