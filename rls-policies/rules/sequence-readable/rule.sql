with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
fed as (  -- sequences that number the rows of tenant tables
    select distinct dep.objid as sequence, dep.refobjid as relation
      from pg_catalog.pg_depend dep
     where dep.classid = 'pg_catalog.pg_class'::regclass and dep.refclassid = 'pg_catalog.pg_class'::regclass
       and dep.deptype in ('a', 'i')
    union
    select dep.refobjid, def.adrelid
      from pg_catalog.pg_attrdef def
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_attrdef'::regclass and dep.objid = def.oid
                                   and dep.refclassid = 'pg_catalog.pg_class'::regclass
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                      as object,
       format('may read %s sequence(s) of tenant tables such as %s: how many rows all tenants made, and when',
              count(distinct seq.oid), min(format('%I.%I', nsp.nspname, seq.relname)))         as detail,
       format('revoke select on %s from %s',
              case when count(distinct seq.oid) <= 50
                   then 'sequence ' || string_agg(distinct format('%I.%I', nsp.nspname, seq.relname), ', ')
                   else 'all sequences in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                    as fix,
       true                                                                                    as exposed
  from fed
  join pg_catalog.pg_class     seq on seq.oid = fed.sequence and seq.relkind = 'S'
  join pg_catalog.pg_namespace nsp on nsp.oid = seq.relnamespace
  cross join aclexplode(seq.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where fed.relation in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and acl.privilege_type = 'SELECT' and acl.grantee <> seq.relowner
   and acl.grantee in (select oid from subject)
 group by rol.rolname
 order by object
