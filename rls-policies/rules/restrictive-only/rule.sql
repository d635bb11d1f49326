with reached as (
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
)
select format('%I.%I', nsp.nspname, rel.relname)                                          as object,
       'has restrictive policies only, and without a permissive one every row is denied'  as detail,
       null::text                                                                         as fix,
       rel.oid in (select oid from reached)                                               as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relrowsecurity
   and exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid and pol.polpermissive)
 order by object
