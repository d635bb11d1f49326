select login.name || ' ' || var.name, format('alter role %s set %s = %L', login.name, var.name, var.value) from
    its_login login, its_variable var
