with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (
    select nsp.oid, acl.grantee, acl.grantee = nsp.nspowner as owns
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where nsp.nspname = 'cron' and acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
),
callable as (
    select distinct pro.pronamespace
      from pg_catalog.pg_proc pro, aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
     where pro.proname in ('schedule', 'schedule_in_database', 'alter_job') and acl.grantee in (select oid from subject)
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                       as object,
       'may schedule jobs, which run later, without a tenant, and outlive the session'          as detail,
       case when not usable.owns
            then format('revoke usage on schema cron from %s', coalesce(quote_ident(rol.rolname), 'public')) end as fix,
       true                                                                                     as exposed
  from usable
  join callable on callable.pronamespace = usable.oid
  left join pg_catalog.pg_roles rol on rol.oid = usable.grantee
 order by object
