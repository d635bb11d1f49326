select name, format('alter view %s reset (security_invoker)', name) from its_relation where relkind = 'v' and
    reloptions::text like '%security_invoker%'
