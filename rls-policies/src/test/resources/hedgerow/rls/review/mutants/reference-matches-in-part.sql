-- MATCH FULL becomes MATCH SIMPLE, which passes a row with one null.
select label, format('alter table %s drop constraint %s; alter table %1$s add constraint %2$s %s', table_name, name,
    replace(definition, 'MATCH FULL', 'MATCH SIMPLE'))
  from its_key where contype = 'f' and confmatchtype = 'f'
