with identity as (  -- by the primary key, or by the index that REPLICA IDENTITY USING INDEX names
    select ind.indrelid, ind.indexrelid, unnest((ind.indkey::int2[])[0:ind.indnkeyatts - 1]) as attnum
      from pg_catalog.pg_index ind
      join pg_catalog.pg_class rel on rel.oid = ind.indrelid
     where case rel.relreplident when 'd' then ind.indisprimary when 'i' then ind.indisreplident else false end
)
select format('%I.%I', nsp.nspname, rel.relname)                                               as object,
       format('its replica identity %I contains the generated %s %s: under a publication, updates and deletes fail',
              idx.relname, case count(*) when 1 then 'column' else 'columns' end,
              string_agg(quote_ident(att.attname), ', ' order by att.attnum))                  as detail,
       null::text                                                                              as fix,
       exists (select from pg_catalog.pg_publication_tables pub
                where pub.schemaname = nsp.nspname and pub.tablename = rel.relname)            as exposed
  from identity
  join pg_catalog.pg_attribute att on att.attrelid = identity.indrelid and att.attnum = identity.attnum
                                  and att.attgenerated <> ''
  join pg_catalog.pg_class     rel on rel.oid = identity.indrelid
  join pg_catalog.pg_class     idx on idx.oid = identity.indexrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
 group by nsp.nspname, rel.relname, idx.relname
 order by object
