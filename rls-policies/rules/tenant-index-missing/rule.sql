with tenant_column as (
    select att.attrelid, att.attnum, att.attname
      from pg_catalog.pg_attribute att
     where att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[]))
       and att.attrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
       and att.attnum > 0 and not att.attisdropped
),
led as (
    select ind.indrelid
      from pg_catalog.pg_index ind
      join tenant_column ten on ten.attrelid = ind.indrelid and ten.attnum = ind.indkey[0]
     where ind.indisvalid and ind.indpred is null
)
select format('%I.%I', nsp.nspname, rel.relname)                                                as object,
       format('no index starts with %s, so every query reads the rows of all tenants%s',
              string_agg(quote_ident(ten.attname), ' or ' order by ten.attname),
              case when rel.reltuples >= 0 then format(' (about %s)', rel.reltuples::bigint) end) as detail,
       format('create index on %I.%I (%I)', nsp.nspname, rel.relname, min(ten.attname::text))   as fix,
       true                                                                                     as exposed
  from tenant_column ten
  join pg_catalog.pg_class     rel on rel.oid = ten.attrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.relrowsecurity and not rel.relispartition
   and rel.oid not in (select indrelid from led)
 group by rel.oid, nsp.nspname, rel.relname, rel.reltuples
 order by object
