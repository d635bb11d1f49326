with scan as (  -- counted so far, those of the running transaction included
    select tab.relid, tab.seq_scan + now.seq_scan as scans, tab.seq_tup_read + now.seq_tup_read as rows
      from pg_catalog.pg_stat_user_tables tab
      join pg_catalog.pg_stat_xact_user_tables now on now.relid = tab.relid
)
select format('%I.%I', nsp.nspname, rel.relname)                                                 as object,
       format('was read from end to end %s times, about %s rows each: the policy finds no index to use',
              scan.scans, scan.rows / scan.scans)                                                as detail,
       null::text                                                                                as fix,
       true                                                                                      as exposed
  from scan
  join pg_catalog.pg_class     rel on rel.oid = scan.relid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relrowsecurity
   and scan.scans >= 20 and scan.rows / scan.scans >= 10000
 order by object
