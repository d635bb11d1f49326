select name, format('alter table %s disable row level security', name) from its_table where relrowsecurity
