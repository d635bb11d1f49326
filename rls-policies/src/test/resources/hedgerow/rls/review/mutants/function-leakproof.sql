-- outside: superusers alone may declare it, and a report assumes that it is true
select name, format('alter function %s leakproof', name) from its_function where prokind = 'f'
