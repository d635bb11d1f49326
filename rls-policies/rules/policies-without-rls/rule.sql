with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (  -- schemas that a subject may look into
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
),
reached as (
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                               as object,
       format('%s %s written, but row security is off: none of them runs',
              count(*), case count(*) when 1 then 'policy is' else 'policies are' end) as detail,
       format('alter table %I.%I enable row level security, force row level security', nsp.nspname, rel.relname)
                                                                               as fix,
       (rel.oid in (select oid from reached) and nsp.oid in (select oid from usable))
       or exists (select from subject
                   where oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)) as exposed
  from pg_catalog.pg_policy    pol
  join pg_catalog.pg_class     rel on rel.oid = pol.polrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and not rel.relrowsecurity
 group by rel.oid, rel.relname, nsp.oid, nsp.nspname
 order by object
