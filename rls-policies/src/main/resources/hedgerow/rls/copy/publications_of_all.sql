-- Publications of all tables. Only a superuser creates them; they contain no expression.
select 'pg_catalog.pg_publication'::regclass::oid as class, pub.oid as object,
       format('publication %I', pub.pubname) as name,
       format('create publication %I%s with (publish = %L, publish_via_partition_root = %s%s)', pub.pubname,
              ' for all tables',
              concat_ws(', ', case when pub.pubinsert then 'insert' end, case when pub.pubupdate then 'update' end,
                        case when pub.pubdelete then 'delete' end, case when pub.pubtruncate then 'truncate' end),
              case when pub.pubviaroot then 'true' else 'false' end,
              case to_jsonb(pub) ->> 'pubgencols' when 's' then ', publish_generated_columns = stored' end) as statement
  from pg_catalog.pg_publication pub
 where pub.oid >= 16384 and pub.puballtables
 order by pub.pubname
