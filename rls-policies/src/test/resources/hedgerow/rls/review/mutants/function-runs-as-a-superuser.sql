select name, format('alter function %s security definer; alter function %1$s owner to %s', name, current_user) from
    its_function where prokind = 'f'
