select ind.indexrelid as oid, ind.indrelid as relation, format('%I.%I', nsp.nspname, rel.relname) as quoted,
       ind.indisunique as unique, ind.indisprimary as primary, ind.indisexclusion as exclusion, ind.indisvalid as valid,
       ind.indimmediate as immediate,
       am.amname as method, ind.indnkeyatts::int as keys, ind.indkey::int2[]::bigint[] as columns,
       ind.indexprs::text as expressions_tree, ind.indpred::text as predicate_tree
  from pg_catalog.pg_index ind
  join pg_catalog.pg_class rel on rel.oid = ind.indexrelid
  join pg_catalog.pg_am am on am.oid = rel.relam
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname not in ('pg_catalog', 'information_schema') and nsp.nspname !~ '^pg_(toast|temp)'
 order by ind.indrelid, rel.relname
