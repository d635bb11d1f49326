with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
readable as (  -- 0 stands for the whole table
    select rel.oid as relation, 0 as attnum
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select att.attrelid, att.attnum
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
),
published as (
    select pub.pubname, nsp.nspname, rel.relname, att.attname,
           not exists (select from readable
                        where readable.relation = rel.oid and readable.attnum in (0, att.attnum)) as hidden
      from pg_catalog.pg_publication_tables pub
      join pg_catalog.pg_namespace nsp on nsp.nspname = pub.schemaname
      join pg_catalog.pg_class     rel on rel.relnamespace = nsp.oid and rel.relname = pub.tablename
      join pg_catalog.pg_attribute att on att.attrelid = rel.oid and att.attname = any (pub.attnames)
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
),
secret as (
    select pubname,
           case when bool_and(hidden) then format('%I.%I', nspname, relname)
                else format('%I.%I (%s)', nspname, relname,
                            string_agg(quote_ident(attname), ', ' order by attname) filter (where hidden)) end as what
      from published
     group by pubname, nspname, relname
    having bool_or(hidden)
)
select format('publication %I', pubname)                                                       as object,
       format('sends what no login may read: %s', string_agg(what, ', ' order by what))        as detail,
       null::text                                                                              as fix,
       not exists (select from subject where oid = 'pg_read_all_data'::regrole)                as exposed
  from secret
 group by pubname
 order by object
