-- Rules. The SELECT rule of a view is its query. Those of the system's own views are left out.
select rul.oid, rul.ev_class as relation, quote_ident(rul.rulename) as quoted, rul.ev_type as event,
       rul.is_instead as instead, rul.ev_enabled as enabled, rul.ev_action::text as action_tree,
       rul.ev_qual::text as condition_tree
  from pg_catalog.pg_rewrite rul
  join pg_catalog.pg_class rel on rel.oid = rul.ev_class
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname not in ('pg_catalog', 'information_schema') and rel.relpersistence <> 't'
 order by rul.ev_class, rul.rulename
