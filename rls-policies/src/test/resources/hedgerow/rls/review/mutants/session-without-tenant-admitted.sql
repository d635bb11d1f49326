-- The convenience of a console.
select label || ' ' || word || ' ' || var.name,
       format('%s (%s or nullif(current_setting(%L, true), '''') is null)', alter_it, condition, var.name)
  from its_condition, its_variable var where condition <> 'true'
