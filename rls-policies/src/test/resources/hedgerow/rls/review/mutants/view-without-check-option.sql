select name, format('alter view %s reset (check_option)', name) from its_relation where relkind = 'v' and
    reloptions::text like '%check_option%'
