-- The leading column of a foreign key of several is left out.
select key.label, format('create unique index on %s (%s); alter table %s drop constraint %s, add constraint %4$s
 foreign key (%s) references %1$s (%2$s)',
       key.confrelid::regclass, pg_temp.columns(confrelid, confkey[2:]), table_name, name, pg_temp.columns(conrelid,
       conkey[2:]))
  from its_key key where contype = 'f' and cardinality(conkey) > 1
