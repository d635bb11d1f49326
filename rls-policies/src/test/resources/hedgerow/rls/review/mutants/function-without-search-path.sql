select name, format('alter function %s reset search_path', name) from its_function where proconfig::text like
    '%search_path%' and prokind = 'f'
