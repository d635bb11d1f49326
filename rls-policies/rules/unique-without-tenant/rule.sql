with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
tenant_column as (  -- a person's own id says who made a row, not whose it is
    select att.attrelid, att.attnum, att.attname, att.attnotnull
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
key as (
    select ind.indexrelid, ind.indrelid, (ind.indkey::int2[])[0:ind.indnkeyatts - 1] as columns
      from pg_catalog.pg_index ind
     where ind.indisunique and ind.indislive
       and ind.indrelid in (select attrelid from tenant_column)
       and not exists (select from pg_catalog.pg_inherits inh where inh.inhrelid = ind.indexrelid)
),
generated as (  -- values that nobody chooses: uuids, counters, and keys of other rows
    select att.attrelid, att.attnum
      from pg_catalog.pg_attribute att
      left join pg_catalog.pg_attrdef def on def.adrelid = att.attrelid and def.adnum = att.attnum
     where att.atttypid = 'uuid'::regtype or att.attidentity <> ''
        or pg_get_expr(def.adbin, def.adrelid) ~ '^nextval\('
    union
    select con.conrelid, unnest(con.conkey)
      from pg_catalog.pg_constraint con
     where con.contype = 'f'
       and con.confrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
),
single as (  -- tables with one row for each tenant, where a name may well be unique in the world
    select key.indrelid
      from key join tenant_column ten on ten.attrelid = key.indrelid
     where key.columns = array[ten.attnum]
),
loose as (
    select key.indexrelid, key.indrelid, min(ten.attname::text) as tenant, bool_and(ten.attnotnull) as attnotnull,
           exists (select from generated gen where gen.attrelid = key.indrelid and gen.attnum = any (key.columns))
           or key.indrelid in (select indrelid from single)                        as harmless
      from key
      join tenant_column ten on ten.attrelid = key.indrelid
     group by key.indexrelid, key.indrelid, key.columns
    having not bool_or(ten.attnum = any (key.columns))
)
select format('%I.%I index %I', nsp.nspname, rel.relname, idx.relname)                         as object,
       format('is unique over all tenants: a value of %s is refused where another tenant has it',
              substring(split_part(split_part(pg_get_indexdef(idx.oid), ' WHERE ', 1), ' INCLUDE ', 1)
                        from 'USING \w+ (.*)$'))                                               as detail,
       case when exists (select from pg_catalog.pg_constraint ref
                          where ref.contype = 'f' and ref.conindid = idx.oid)
                 or idx.reltablespace <> 0
                 or not loose.attnotnull and (con.contype = 'p' or ind.indisreplident)
                 or exists (select from pg_catalog.pg_attribute att
                             where att.attrelid = idx.oid and coalesce(att.attstattarget, -1) >= 0) then null
            when con.oid is not null
            then format('alter table %1$I.%2$I drop constraint %3$I, add constraint %3$I %4$s',
                        nsp.nspname, rel.relname, con.conname,
                        regexp_replace(
                            regexp_replace(pg_get_constraintdef(con.oid), '\(', format('(%I, ', loose.tenant)),
                            '( DEFERRABLE.*)?$',
                            coalesce(' WITH (' || array_to_string(idx.reloptions, ', ') || ')', '') || '\1'))
            else format('drop index %I.%I; ', nsp.nspname, idx.relname)
                 || regexp_replace(replace(pg_get_indexdef(idx.oid), ' ON ONLY ', ' ON '), 'USING btree \(',
                                   format('USING btree (%I, ', loose.tenant))
       end
       || case when obj_description(con.oid, 'pg_constraint') is not null
               then format('; comment on constraint %I on %I.%I is %L', con.conname, nsp.nspname, rel.relname,
                           obj_description(con.oid, 'pg_constraint')) else '' end
       || coalesce(format('; comment on index %I.%I is ', nsp.nspname, idx.relname)
                   || quote_literal(obj_description(idx.oid, 'pg_class')), '')
       || case when ind.indisreplident and rel.relreplident = 'i'
               then format('; alter table %I.%I replica identity using index %I', nsp.nspname, rel.relname, idx.relname)
               else '' end
       || case when ind.indisclustered
               then format('; alter table %I.%I cluster on %I', nsp.nspname, rel.relname, idx.relname)
               else '' end                                                                     as fix,
       rel.oid in (select relation from writable) and not loose.harmless                       as exposed
  from loose
  join pg_catalog.pg_class     idx on idx.oid = loose.indexrelid
  join pg_catalog.pg_index     ind on ind.indexrelid = loose.indexrelid
  join pg_catalog.pg_class     rel on rel.oid = loose.indrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_constraint con on con.conindid = idx.oid and con.contype in ('p', 'u')
 order by object
