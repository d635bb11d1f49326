select name, format('alter view %s owner to %s', name, current_user) from its_relation where relkind = 'v'
