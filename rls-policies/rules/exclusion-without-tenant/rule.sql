with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
tenant_column as (  -- a person's own id says who made a row, not whose it is
    select att.attrelid, att.attnum, att.attname
      from pg_catalog.pg_attribute att
     where att.attrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
       and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[]))
       and att.attname !~* '(^|_)(user|owner|author|creator|profile|person|member|created_?by)(_?id)?$'
       and att.attnum > 0 and not att.attisdropped
),
writable as (
    select rel.oid as relation
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
),
loose as (
    select con.oid, con.conname, con.conrelid, min(ten.attname::text) as tenant
      from pg_catalog.pg_constraint con
      join tenant_column ten on ten.attrelid = con.conrelid
     where con.contype = 'x' and con.conparentid = 0
       and not exists (select from unnest(con.conkey, con.conexclop) as part (attnum, operator)
                         join tenant_column used on used.attrelid = con.conrelid and used.attnum = part.attnum
                         join pg_catalog.pg_operator opr on opr.oid = part.operator and opr.oprname = '=')
     group by con.oid
)
select format('%I.%I constraint %I', nsp.nspname, rel.relname, loose.conname)                  as object,
       'compares rows of all tenants: what another one holds is refused'                       as detail,
       case when pg_get_constraintdef(loose.oid) ~ 'USING gist'
            then format('create extension if not exists btree_gist; '
                        'alter table %1$I.%2$I drop constraint %3$I, add constraint %3$I %4$s',
                        nsp.nspname, rel.relname, loose.conname,
                        regexp_replace(pg_get_constraintdef(loose.oid), 'USING gist \(',
                                       format('USING gist (%I WITH =, ', loose.tenant)))
       end
       || coalesce(format('; comment on constraint %I on %I.%I is ', loose.conname, nsp.nspname, rel.relname)
                   || quote_literal(obj_description(loose.oid, 'pg_constraint')), '')         as fix,
       rel.oid in (select relation from writable)                                              as exposed
  from loose
  join pg_catalog.pg_class     rel on rel.oid = loose.conrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 order by object
