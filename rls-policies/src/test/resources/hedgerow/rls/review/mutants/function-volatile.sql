select name, format('alter function %s volatile', name) from its_function where provolatile <> 'v' and prokind = 'f'
