-- Tables, with columns in their places, including dropped ones; the other parts of a table follow.
select 'pg_catalog.pg_class'::regclass::oid as class, rel.oid as object,
       format('table %I.%I', nsp.nspname, rel.relname) as name,
       case when rel.relkind <> 'f' then
       format('create %stable %I.%I (%s)%s%s%s', case rel.relpersistence when 'u' then 'unlogged ' else '' end,
              nsp.nspname, rel.relname, parts.columns, ' partition by ' || pg_get_partkeydef(rel.oid),
              case when am.amname <> 'heap' then ' using ' || quote_ident(am.amname) end,
              ' with (' || (select string_agg(format('%I = %L', split_part(option, '=', 1),
                                                     substr(option, strpos(option, '=') + 1)), ', ')
                              from unnest(rel.reloptions) option) || ')') end as statement,
       'it is a foreign table: its rows are elsewhere' as reason
  from pg_catalog.pg_class rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_am am on am.oid = rel.relam
 cross join lateral (
     select string_agg(
                case when att.attisdropped then format('%I boolean', att.attname)
                     else format('%I %s%s%s%s', att.attname, format_type(att.atttypid, att.atttypmod),
                                 ' collate ' || quote_ident(cns.nspname) || '.' || quote_ident(col.collname),
                                 case att.attgenerated
                                      when 's' then format(' generated always as (%s) stored', def.expression)
                                      when 'v' then format(' generated always as (%s) virtual', def.expression) end,
                                 case when att.attnotnull and current_setting('server_version_num')::int < 180000
                                      then ' not null' end) end, ', ' order by att.attnum) as columns
       from pg_catalog.pg_attribute att
       left join pg_catalog.pg_type typ on typ.oid = att.atttypid
       left join pg_catalog.pg_collation col on col.oid = att.attcollation and col.oid <> typ.typcollation
       left join pg_catalog.pg_namespace cns on cns.oid = col.collnamespace
       left join (select adrelid, adnum, pg_get_expr(adbin, adrelid) as expression
                    from pg_catalog.pg_attrdef) def on def.adrelid = att.attrelid and def.adnum = att.attnum
      where att.attrelid = rel.oid and att.attnum > 0) parts
 where rel.oid >= 16384 and rel.relkind in ('r', 'p', 'f') and rel.relpersistence <> 't'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
 order by rel.oid
