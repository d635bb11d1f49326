select name, format('alter function %s security invoker', name) from its_function where prosecdef and prokind = 'f'
