select name, format('alter function %s strict', name) from its_function where prokind = 'f' and prorettype <>
    'trigger'::regtype
