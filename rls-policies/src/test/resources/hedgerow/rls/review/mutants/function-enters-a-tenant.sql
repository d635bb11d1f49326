-- A SET clause of the function binds whoever calls it.
select fun.name || ' ' || var.name, format('alter function %s set %s = %L', fun.name, var.name, var.value)
  from its_function fun, its_variable var where prokind = 'f'
