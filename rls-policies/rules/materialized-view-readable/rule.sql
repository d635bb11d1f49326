with recursive subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
reads as (
    select distinct rew.ev_class as view, dep.refobjid as relation
      from pg_catalog.pg_rewrite rew
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_rewrite'::regclass and dep.objid = rew.oid
                                   and dep.refclassid = 'pg_catalog.pg_class'::regclass
     where rew.ev_type = '1' and dep.refobjid <> rew.ev_class
),
source as (
    select reads.view as stored, reads.relation
      from reads join pg_catalog.pg_class rel on rel.oid = reads.view
     where rel.relkind = 'm'
    union
    select source.stored, reads.relation from source join reads on reads.view = source.relation
),
granted as (
    select rel.oid as relation, acl.grantee, acl.grantee = rel.relowner as owns
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where rel.relkind = 'm' and acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select att.attrelid, acl.grantee, false
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid, true
      from pg_catalog.pg_class rel, subject sub
     where rel.relkind = 'm' and sub.oid = 'pg_read_all_data'::regrole
),
reader as (
    select gra.relation,
           array_to_string((array_agg(distinct coalesce(rol.rolname::text, 'PUBLIC')))[1:3], ', ')       as names,
           string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ') filter (where not owns) as grantees
      from granted gra
      left join pg_catalog.pg_roles rol on rol.oid = gra.grantee
     group by gra.relation
)
select format('%I.%I', nsp.nspname, rel.relname)                                                    as object,
       format('stores rows of %s for all tenants, and a materialized view has no row security%s',
              string_agg(distinct format('%I.%I', tns.nspname, tab.relname), ', '),
              ': open to ' || reader.names)                                                         as detail,
       format('revoke all on table %I.%I from ', nsp.nspname, rel.relname) || reader.grantees       as fix,
       reader.relation is not null                                                                  as exposed
  from source
  join pg_catalog.pg_class     rel on rel.oid = source.stored
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_class     tab on tab.oid = source.relation
  join pg_catalog.pg_namespace tns on tns.oid = tab.relnamespace
  left join reader                 on reader.relation = rel.oid
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and tab.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and reader.relation is not null
 group by nsp.nspname, rel.relname, reader.relation, reader.names, reader.grantees
 order by object
