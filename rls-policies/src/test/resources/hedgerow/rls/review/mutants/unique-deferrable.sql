select label, format('alter table %s drop constraint %s cascade; alter table %1$s add constraint %2$s %s deferrable
 initially deferred', table_name, name, definition)
  from its_key where contype in ('p', 'u') and not condeferrable
