select format('%I.%I constraint %I', nsp.nspname, rel.relname, con.conname)                      as object,
       case when (to_jsonb(con) ->> 'conenforced')::boolean is false
            then 'is declared, and not enforced: references may cross tenants'
            else 'was never validated: rows older than it may cross tenants' end                  as detail,
       case when (to_jsonb(con) ->> 'conenforced')::boolean is false
            then format('alter table %I.%I alter constraint %I enforced', nsp.nspname, rel.relname, con.conname)
            else format('alter table %I.%I validate constraint %I', nsp.nspname, rel.relname, con.conname)
       end                                                                                        as fix,
       true                                                                                       as exposed
  from pg_catalog.pg_constraint con
  join pg_catalog.pg_class      rel on rel.oid = con.conrelid
  join pg_catalog.pg_namespace  nsp on nsp.oid = rel.relnamespace
 where con.contype = 'f' and con.conparentid = 0 and not con.convalidated and cardinality(con.conkey) > 1
   and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and exists (select from pg_catalog.pg_attribute att
                where att.attrelid = con.conrelid and att.attnum = any (con.conkey)
                  and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[])))
 order by object
