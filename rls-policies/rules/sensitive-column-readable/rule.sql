with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
secret as (
    select att.attrelid, att.attnum, att.attname, att.attacl
      from pg_catalog.pg_attribute att
      join pg_catalog.pg_class     rel on rel.oid = att.attrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
      join pg_catalog.pg_type      typ on typ.oid = att.atttypid
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and att.attnum > 0 and not att.attisdropped and typ.typcategory in ('S', 'U')
       and att.attname ~ ('(^|_)(password|passwd|passphrase|secret|api_?key|private_key|access_token|refresh_token|'
                          'totp|otp|mfa_seed|ssn|card_number|pan|cvv|cvc|iban)(_(hash|digest|enc|encrypted))?$')
),
readable as (
    select secret.attrelid, secret.attname, acl.grantee, false as by_column
      from secret
      join pg_catalog.pg_class rel on rel.oid = secret.attrelid
      cross join aclexplode(rel.relacl) acl
     where acl.privilege_type = 'SELECT' and acl.grantee <> rel.relowner
    union
    select secret.attrelid, secret.attname, acl.grantee, true
      from secret cross join aclexplode(secret.attacl) acl
     where acl.privilege_type = 'SELECT'
),
reader as (
    select readable.*, rol.rolname,
           readable.grantee = 0 or rol.rolname ~ '(^|_)anon(ymous)?(_|$)' as anybody
      from readable
      left join pg_catalog.pg_roles rol on rol.oid = readable.grantee
     where readable.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                                              as object,
       format('%s may read %s', coalesce(reader.rolname::text, 'PUBLIC'),
              string_agg(distinct quote_ident(reader.attname), ', '))                         as detail,
       case when reader.anybody then
            format('revoke select%s on table %I.%I from %s',
                   case when reader.by_column
                        then format(' (%s)', string_agg(distinct quote_ident(reader.attname), ', ')) end,
                   nsp.nspname, rel.relname, coalesce(quote_ident(reader.rolname), 'public')) end as fix,
       reader.anybody                                                                         as exposed
  from reader
  join pg_catalog.pg_class     rel on rel.oid = reader.attrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.relkind in ('r', 'p', 'v', 'm', 'f')
 group by nsp.nspname, rel.relname, reader.rolname, reader.anybody, reader.by_column
 order by object, detail
