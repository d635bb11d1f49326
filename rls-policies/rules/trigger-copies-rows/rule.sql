with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
tenant as (
    select unnest(current_setting('hedgerow.tenant_tables')::oid[]) as oid
),
code as (
    select distinct pro.oid, trg.tgrelid,
           regexp_replace(regexp_replace(pro.prosrc, '--[^\n]*', '', 'g'), '/\*.*?\*/', '', 'g') as body
      from pg_catalog.pg_trigger trg
      join pg_catalog.pg_proc pro on pro.oid = trg.tgfoid
     where not trg.tgisinternal and trg.tgrelid in (select oid from tenant)
),
target as (
    select distinct code.oid as routine, code.tgrelid, replace(found[1], '"', '') as schema,
           replace(found[2], '"', '') as name
      from code,
           regexp_matches(code.body, '\minsert\s+into\s+(?:("?[\w$]+"?)\s*\.\s*)?("?[\w$]+"?)', 'gi') found
     where code.body ~* '\m(new|old)\M'
),
granted as (
    select rel.oid as relation, acl.grantee, acl.grantee = rel.relowner as owns
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid, true  -- on every table
      from pg_catalog.pg_class rel, subject sub
     where rel.relkind in ('r', 'p') and sub.oid = 'pg_read_all_data'::regrole
)
select format('%I.%I', nsp.nspname, rel.relname)                                            as object,
       format('has no row security, is open to %s, and a trigger of %s copies rows into it',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '),
              string_agg(distinct format('%I.%I', sns.nspname, src.relname), ', '))         as detail,
       format('revoke select on table %I.%I from ', nsp.nspname, rel.relname)
       || string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')
              filter (where not granted.owns)                                               as fix,
       true                                                                                 as exposed
  from target
  join pg_catalog.pg_class     rel on lower(rel.relname) = lower(target.name)
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
                                  and (target.schema is null or lower(nsp.nspname) = lower(target.schema))
  join pg_catalog.pg_class     src on src.oid = target.tgrelid
  join pg_catalog.pg_namespace sns on sns.oid = src.relnamespace
  join granted                     on granted.relation = rel.oid
  left join pg_catalog.pg_roles rol on rol.oid = granted.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p') and not rel.relrowsecurity
   and rel.oid <> target.tgrelid
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
 group by nsp.nspname, rel.relname
 order by object
