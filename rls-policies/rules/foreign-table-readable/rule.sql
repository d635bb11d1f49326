with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select rel.oid as relation, acl.grantee, acl.grantee = rel.relowner as owns
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where rel.relkind = 'f' and acl.grantee in (select oid from subject)
       and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    union
    select rel.oid, sub.oid, true  -- on every table
      from pg_catalog.pg_class rel, subject sub
     where rel.relkind = 'f' and sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
)
select format('%I.%I', nsp.nspname, rel.relname)                                        as object,
       format('is a foreign table, which has no row security, open to %s',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))         as detail,
       format('revoke all on table %I.%I from ', nsp.nspname, rel.relname)
       || string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')
              filter (where not granted.owns)                                           as fix,
       true                                                                             as exposed
  from granted
  join pg_catalog.pg_class     rel on rel.oid = granted.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = granted.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
   and (exists (select from pg_catalog.pg_attribute att
                 where att.attrelid = rel.oid and not att.attisdropped
                   and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[])))
        or exists (select from pg_catalog.pg_inherits inh
                    where inh.inhrelid = rel.oid
                      and inh.inhparent in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))))
 group by nsp.nspname, rel.relname
 order by object
