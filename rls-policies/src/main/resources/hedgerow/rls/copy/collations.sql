-- Collations. The locale's column has had two names.
select 'pg_catalog.pg_collation'::regclass::oid as class, col.oid as object,
       format('collation %I.%I', nsp.nspname, col.collname) as name,
       format('create collation %I.%I (provider = %s, %s, deterministic = %s%s)', nsp.nspname, col.collname,
              case col.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
              case when col.collprovider = 'c'
                   then format('lc_collate = %L, lc_ctype = %L', col.collcollate, col.collctype)
                   else format('locale = %L', coalesce(more.columns ->> 'colllocale',
                                                       more.columns ->> 'colliculocale')) end,
              case when col.collisdeterministic then 'true' else 'false' end,
              ', rules = ' || quote_literal(more.columns ->> 'collicurules')) as statement
  from pg_catalog.pg_collation col
  join pg_catalog.pg_namespace nsp on nsp.oid = col.collnamespace
 cross join lateral (select to_jsonb(col) as columns) more
 where col.oid >= 16384
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_collation'::regclass and dep.objid = col.oid
                      and dep.deptype = 'e')
 order by col.oid
