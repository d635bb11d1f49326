select name, format('do $$ begin execute format(''alter database %%I set %s = %%L'', current_database(), %L); end
 $$', name, value) from its_variable
