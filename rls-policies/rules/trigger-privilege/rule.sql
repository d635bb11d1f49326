with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
maker as (  -- a trigger needs a function, in some schema or in pg_temp
    select 1
      from pg_catalog.pg_database dat, aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
     where dat.datname = current_database() and acl.privilege_type in ('TEMPORARY', 'CREATE')
       and acl.grantee in (select oid from subject)
    union all
    select 1
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                        as object,
       format('may put triggers on %s table(s) such as %s, which then run with the rights of whoever writes',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                          as detail,
       format('revoke trigger on %s from %s',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                      as fix,
       exists (select from maker)                                                                as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p', 'v', 'f')
   and acl.privilege_type = 'TRIGGER' and acl.grantee <> rel.relowner
   and acl.grantee in (select oid from subject)
 group by rol.rolname
 order by object
