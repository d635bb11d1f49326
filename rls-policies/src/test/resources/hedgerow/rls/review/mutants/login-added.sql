-- Another login with the privileges of the first.
select name, format('create role second_login login; grant %s to second_login', name) from its_role
