select pub.oid, quote_ident(pub.pubname) as quoted, pub.pubowner as owner, pub.puballtables as all_tables,
       array(select prl.prrelid::bigint from pg_catalog.pg_publication_rel prl where prl.prpubid = pub.oid order by 1)
           as relations,
       array(select prl.prrelid::bigint
               from pg_catalog.pg_publication_rel prl
              where prl.prpubid = pub.oid and prl.prqual is not null
              order by 1) as filtered,
       array(select pns.pnnspid::bigint
               from pg_catalog.pg_publication_namespace pns
              where pns.pnpubid = pub.oid
              order by 1) as schemas
  from pg_catalog.pg_publication pub
 order by pub.pubname
