select label, format('alter table %s alter constraint %s not enforced', table_name, name) from its_key
 where contype = 'f' and current_setting('server_version_num')::int >= 180000
