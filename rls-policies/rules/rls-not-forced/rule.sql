select format('%I.%I', nsp.nspname, rel.relname)                                      as object,
       format('row security does not bind the owner %I', own.rolname)                 as detail,
       format('alter table %I.%I force row level security', nsp.nspname, rel.relname) as fix,
       rel.relowner in (select unnest(current_setting('hedgerow.subjects')::oid[]))   as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     own on own.oid = rel.relowner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p') and rel.relrowsecurity and not rel.relforcerowsecurity
   and not own.rolsuper and not own.rolbypassrls
 order by object
