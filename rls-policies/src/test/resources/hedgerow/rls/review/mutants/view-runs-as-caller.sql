select name, format('alter view %s set (security_invoker = true)', name) from its_relation where relkind = 'v' and
    coalesce(reloptions::text, '') not like '%security_invoker%'
