select key.label || ' ' || action.name,
    format('alter table %s drop constraint %s; alter table %1$s add constraint %2$s %s %s', table_name, key.name,
        definition, action.name)
  from its_key key, (values ('on delete cascade'), ('on delete set null'), ('on update cascade')) action (name)
 where contype = 'f' and definition !~* (' ' || substr(action.name, 1, 9))
