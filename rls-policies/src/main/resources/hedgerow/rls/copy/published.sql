select 'pg_catalog.pg_publication_rel'::regclass::oid as class, prl.oid as object,
       format('table %I.%I in publication %I', nsp.nspname, rel.relname, pub.pubname) as name,
       format('alter publication %I add table only %I.%I%s%s', pub.pubname, nsp.nspname, rel.relname,
              ' (' || (select string_agg(quote_ident(att.attname), ', ' order by att.attnum)
                         from pg_catalog.pg_attribute att
                        where att.attrelid = rel.oid and att.attnum = any (prl.prattrs)) || ')',
              ' where (' || pg_get_expr(prl.prqual, rel.oid) || ')') as statement,
       rel.oid as relation
  from pg_catalog.pg_publication_rel prl
  join pg_catalog.pg_publication pub on pub.oid = prl.prpubid
  join pg_catalog.pg_class rel on rel.oid = prl.prrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 order by prl.oid
