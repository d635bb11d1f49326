with distributed as (  -- by Citus; without the extension there is no such table, and the query still parses
    select found[1]::oid as oid
      from regexp_matches(
               case when to_regclass('pg_catalog.pg_dist_partition') is not null
                    then query_to_xml('select logicalrelid::oid as oid from pg_catalog.pg_dist_partition',
                                      false, false, '')::text end,
               '<oid>(\d+)</oid>', 'g') found
)
select format('%I.%I', nsp.nspname, rel.relname)                                               as object,
       format('is in the metadata of Citus, which makes the restrictive %s %s permissive on every shard',
              case count(*) when 1 then 'policy' else 'policies' end,
              string_agg(quote_ident(pol.polname), ', ' order by pol.polname))                 as detail,
       null::text                                                                              as fix,
       true                                                                                    as exposed
  from distributed
  join pg_catalog.pg_class     rel on rel.oid = distributed.oid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_policy    pol on pol.polrelid = rel.oid and not pol.polpermissive
 group by nsp.nspname, rel.relname
 order by object
