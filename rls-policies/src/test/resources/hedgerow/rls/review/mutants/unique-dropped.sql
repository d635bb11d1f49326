select label, format('alter table %s drop constraint %s cascade', table_name, name) from its_key where contype in
    ('p', 'u')
