with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
writable as (
    select rel.oid as relation
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
)
select format('%I.%I constraint %I', nsp.nspname, rel.relname, con.conname)                     as object,
       format('is not checked at all where %I is NULL, and nothing forbids that', att.attname)  as detail,
       format('alter table %I.%I alter column %I set not null', nsp.nspname, rel.relname, att.attname) as fix,
       rel.oid in (select relation from writable)                                               as exposed
  from pg_catalog.pg_constraint con
  join pg_catalog.pg_class      rel on rel.oid = con.conrelid
  join pg_catalog.pg_namespace  nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_attribute  att on att.attrelid = con.conrelid and att.attnum = any (con.conkey)
 where con.contype = 'f' and con.conparentid = 0 and con.confmatchtype = 's' and cardinality(con.conkey) > 1
   and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[]))
   and not att.attnotnull
 order by object, detail
