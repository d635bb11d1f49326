with tenant as (
    select unnest(current_setting('hedgerow.tenant_tables')::oid[]) as oid
),
published as (
    select pub.oid, pub.pubname, rel.oid as relation, 'all' as how, null::name as via
      from pg_catalog.pg_publication pub, pg_catalog.pg_class rel
     where pub.puballtables
    union all
    select pub.oid, pub.pubname, rel.oid, 'schema', nsp.nspname
      from pg_catalog.pg_publication pub
      join pg_catalog.pg_publication_namespace pns on pns.pnpubid = pub.oid
      join pg_catalog.pg_namespace nsp on nsp.oid = pns.pnnspid
      join pg_catalog.pg_class rel on rel.relnamespace = nsp.oid
    union all
    select pub.oid, pub.pubname, prl.prrelid, 'table', null
      from pg_catalog.pg_publication pub
      join pg_catalog.pg_publication_rel prl on prl.prpubid = pub.oid
     where prl.prqual is null
)
select format('publication %I', published.pubname)                                             as object,
       format('sends the rows of %s tenant table(s) such as %s to every subscriber, whatever the policies are',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                        as detail,
       case published.how
           when 'table' then format('alter publication %I drop table %s', published.pubname,
                                    string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname))
           when 'schema' then format('alter publication %I drop tables in schema %I', published.pubname, published.via)
       end                                                                                     as fix,
       exists (select from pg_catalog.pg_roles rol
                where rol.rolreplication
                  and rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[])))   as exposed
  from published
  join pg_catalog.pg_class     rel on rel.oid = published.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid in (select oid from tenant)
 group by published.pubname, published.how, published.via
 order by object, detail
