select trg.oid, trg.tgrelid as relation, quote_ident(trg.tgname) as quoted, trg.tgfoid as function,
       trg.tgtype::int as type, trg.tgenabled as enabled, trg.tgqual::text as when_tree,
       trg.tgattr::int2[]::bigint[] as columns, trg.tginitdeferred as deferred
  from pg_catalog.pg_trigger trg
 where not trg.tgisinternal
 order by trg.tgrelid, trg.tgname
