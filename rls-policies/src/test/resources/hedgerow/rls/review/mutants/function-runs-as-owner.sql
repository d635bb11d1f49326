select name, format('alter function %s security definer', name) from its_function where not prosecdef and prokind = 'f'
