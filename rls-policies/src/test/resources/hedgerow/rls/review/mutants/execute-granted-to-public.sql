select name, format('grant execute on function %s to public', name) from its_function where prokind = 'f' and not
    has_function_privilege('public', oid, 'execute')
