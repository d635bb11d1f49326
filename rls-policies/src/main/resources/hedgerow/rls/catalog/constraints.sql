-- Constraints. A foreign key to a partitioned table has a copy for each partition there, which is left out.
select con.oid, con.conrelid as relation, quote_ident(con.conname) as quoted, con.contype as kind,
       coalesce(con.conkey, '{}')::bigint[] as columns, con.confrelid as foreign_relation,
       coalesce(con.confkey, '{}')::bigint[] as foreign_columns, con.confmatchtype = 'f' as match_full,
       con.confupdtype as on_update, con.confdeltype as on_delete, con.convalidated as validated,
       coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true) as enforced,
       con.condeferrable as deferrable, con.contype = 'c' and con.connoinherit as no_inherit,
       con.conbin::text as expression_tree
  from pg_catalog.pg_constraint con
  join pg_catalog.pg_namespace nsp on nsp.oid = con.connamespace
  left join pg_catalog.pg_constraint whole on whole.oid = con.conparentid and whole.conrelid = con.conrelid
 where whole.oid is null and con.conrelid <> 0 and con.contype in ('c', 'f', 'p', 'u', 'x', 'n')
   and nsp.nspname not in ('pg_catalog', 'information_schema')
 order by con.conrelid, con.conname
