select name, format('alter table %s no force row level security', name) from its_table where relforcerowsecurity
