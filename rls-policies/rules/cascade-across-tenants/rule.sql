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
keyed as materialized (  -- joined one by one; otherwise all tenant columns would be paired first
    select con.oid, con.conname, con.conrelid, con.confrelid, con.conkey, con.confkey, con.confdeltype,
           con.confupdtype, con.confmatchtype, child.attname,
           coalesce((to_jsonb(con) ->> 'conperiod')::boolean, false) as temporal  -- since 18
      from pg_catalog.pg_constraint con
      join tenant_column child on child.attrelid = con.conrelid
     where con.contype = 'f' and con.conparentid = 0
       and (con.confdeltype in ('c', 'n', 'd') or con.confupdtype in ('c', 'n', 'd'))
       and coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true)  -- since 18
),
loose as (  -- both sides have the tenant column, and the key leaves it out
    select con.oid, con.conname, con.conrelid, con.confrelid, con.conkey, con.confkey, con.confdeltype,
           con.confupdtype, con.confmatchtype, con.temporal, min(con.attname::text) as tenant
      from keyed con
      join tenant_column parent on parent.attrelid = con.confrelid and parent.attname = con.attname
     where not exists (select from tenant_column used
                        where used.attrelid = con.conrelid and used.attnum = any (con.conkey))
     group by con.oid, con.conname, con.conrelid, con.confrelid, con.conkey, con.confkey, con.confdeltype,
              con.confupdtype, con.confmatchtype, con.temporal
),
spelled as (
    select loose.*,
           format('%I.%I', cns.nspname, chi.relname) as child, format('%I.%I', pns.nspname, par.relname) as parent,
           chi.relname as child_name, par.relkind as parent_kind,
           (select string_agg(quote_ident(att.attname), ', ' order by position)
              from unnest(loose.conkey) with ordinality as key (attnum, position)
              join pg_catalog.pg_attribute att on att.attrelid = loose.conrelid and att.attnum = key.attnum) as columns,
           (select string_agg(quote_ident(att.attname), ', ' order by position)
              from unnest(loose.confkey) with ordinality as key (attnum, position)
              join pg_catalog.pg_attribute att on att.attrelid = loose.confrelid and att.attnum = key.attnum) as target,
           exists (select from pg_catalog.pg_index ind
                     join tenant_column ten on ten.attrelid = loose.confrelid and ten.attname = loose.tenant
                    where ind.indrelid = loose.confrelid and ind.indisunique and ind.indpred is null
                      and (ind.indkey::int2[])[0:ind.indnkeyatts - 1] @> (loose.confkey || ten.attnum)
                      and ind.indnkeyatts = cardinality(loose.confkey) + 1
                      and ind.indimmediate and ind.indisvalid) as has_key,
           exists (select from pg_catalog.pg_attribute att
                    where att.attrelid = loose.conrelid and att.attnum = any (loose.conkey)
                      and not att.attnotnull) as optional
      from loose
      join pg_catalog.pg_class     chi on chi.oid = loose.conrelid
      join pg_catalog.pg_namespace cns on cns.oid = chi.relnamespace
      join pg_catalog.pg_class     par on par.oid = loose.confrelid
      join pg_catalog.pg_namespace pns on pns.oid = par.relnamespace
),
kept as (  -- MATCH, actions, DEFERRABLE, NOT VALID and NOT ENFORCED, unchanged
    select spelled.oid,
           regexp_replace(
               substr(pg_get_constraintdef(spelled.oid),
                      length(format('FOREIGN KEY (%s) REFERENCES %s(%s)', columns, parent, target)) + 1),
               '( ON DELETE SET (NULL|DEFAULT))(?! \()', format('\1 (%s)', columns)) as rest,
           obj_description(spelled.oid, 'pg_constraint') as comment
      from spelled
)
select format('%s constraint %I', child, conname)                                               as object,
       format('%s in %s %s rows of %s of any tenant, past every policy',
              case when confdeltype in ('c', 'n', 'd') then 'a delete' else 'a changed key' end, parent,
              case when confdeltype = 'c' then 'deletes' else 'changes' end, child) as detail,
       case when (has_key or parent_kind = 'r') and not temporal and confupdtype in ('a', 'r', 'c')
                 and not (confmatchtype = 'f' and optional) then  -- otherwise no such key has the same meaning
            case when not has_key
                 then format('alter table %s add unique (%I, %s); ', parent, tenant, target) else '' end
            || format('alter table %1$s drop constraint %2$I, add constraint %2$I foreign key (%3$I, %4$s) '
                      'references %5$s (%3$I, %6$s)%7$s',
                      child, conname, tenant, columns, parent, target, kept.rest)
            || coalesce(format('; comment on constraint %I on %s is ', conname, child) || quote_literal(kept.comment),
                        '')
       end                                                                                      as fix,
       conrelid in (select relation from writable)                                              as exposed
  from spelled
  join kept on kept.oid = spelled.oid
 order by object
