select label, format('alter table %s drop constraint %s', table_name, name) from its_key where contype = 'c'
