select table_name || ' ' || name, format('alter table %s alter %s drop not null', table_name, name) from
    its_owner_column col
 where attnotnull and not exists (select from its_key key where key.conrelid = col.relation and contype = 'p' and
     col.attnum = any (conkey))
