with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
held as (
    select rel.oid, acl.grantee
      from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
     where acl.privilege_type = 'MAINTAIN' and acl.grantee <> rel.relowner
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                        as object,
       format('may lock, rewrite and refresh %s relation(s) of all tenants such as %s',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                          as detail,
       format('revoke maintain on %s from %s',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                      as fix,
       true                                                                                      as exposed
  from held
  join pg_catalog.pg_class     rel on rel.oid = held.oid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = held.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and (rel.relkind = 'm' or rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[])))
   and held.grantee in (select oid from subject)
 group by rol.rolname
 order by object
