select 'pg_catalog.pg_publication_namespace'::regclass::oid as class, pns.oid as object,
       format('schema %I in publication %I', nsp.nspname, pub.pubname) as name,
       format('alter publication %I add tables in schema %I', pub.pubname, nsp.nspname) as statement
  from pg_catalog.pg_publication_namespace pns
  join pg_catalog.pg_publication pub on pub.oid = pns.pnpubid
  join pg_catalog.pg_namespace nsp on nsp.oid = pns.pnnspid
 order by pns.oid
