select name, format('alter view %s reset (security_barrier)', name) from its_relation where relkind = 'v' and
    reloptions::text like '%security_barrier%'
