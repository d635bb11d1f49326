with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
maker as (  -- a foreign key needs a table of one's own that is not temporary
    select 1
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
    union all
    select 1
      from pg_catalog.pg_database dat, aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
     where dat.datname = current_database() and acl.privilege_type = 'CREATE'
       and acl.grantee in (select oid from subject)
),
held as (
    select rel.oid, acl.grantee
      from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
     where acl.privilege_type = 'REFERENCES' and acl.grantee <> rel.relowner
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                        as object,
       format('may make foreign keys to %s tenant table(s) such as %s, and so ask which keys exist for any tenant',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                          as detail,
       format('revoke references on %s from %s',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                      as fix,
       exists (select from maker)                                                                as exposed
  from held
  join pg_catalog.pg_class     rel on rel.oid = held.oid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = held.grantee
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and held.grantee in (select oid from subject)
 group by rol.rolname
 order by object
