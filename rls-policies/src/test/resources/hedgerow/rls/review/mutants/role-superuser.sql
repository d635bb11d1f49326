-- outside: superusers are outside of every claim
select name, format('alter role %s superuser', name) from its_role
