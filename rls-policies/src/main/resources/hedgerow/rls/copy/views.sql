-- Views. A materialized view stays empty: to fill it would run its query.
select 'pg_catalog.pg_class'::regclass::oid as class, rel.oid as object,
       format('view %I.%I', nsp.nspname, rel.relname) as name,
       format('create %s %I.%I%s%s as %s%s', case rel.relkind when 'm' then 'materialized view' else 'view' end,
              nsp.nspname, rel.relname,
              ' (' || (select string_agg(quote_ident(att.attname), ', ' order by att.attnum)
                         from pg_catalog.pg_attribute att
                        where att.attrelid = rel.oid and att.attnum > 0 and not att.attisdropped) || ')',
              ' with (' || (select string_agg(format('%I = %L', split_part(option, '=', 1),
                                                     substr(option, strpos(option, '=') + 1)), ', ')
                              from unnest(rel.reloptions) option) || ')',
              rtrim(pg_get_viewdef(rel.oid), ';'),
              case rel.relkind when 'm' then ' with no data' end) as statement
  from pg_catalog.pg_class rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid >= 16384 and rel.relkind in ('v', 'm') and rel.relpersistence <> 't'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
 order by rel.oid
