select name, format('alter role %s set row_security = off', name) from its_login
