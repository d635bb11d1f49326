select name, format('alter function %s immutable', name) from its_function where provolatile <> 'i' and prokind =
    'f' and prorettype <> 'trigger'::regtype
