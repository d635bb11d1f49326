with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
reached as (
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                                    as object,
       'row security is on and there is no policy: nobody sees or writes a row'     as detail,
       null::text                                                                   as fix,
       rel.oid in (select oid from reached)                                         as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p') and rel.relrowsecurity
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and not exists (select from pg_catalog.pg_inherits inh where inh.inhrelid = rel.oid)
 order by object
