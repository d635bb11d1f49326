select name, format('alter role %s bypassrls', name) from its_role
