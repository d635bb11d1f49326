with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
writable as (
    select nsp.nspname,
           array_to_string((array_agg(distinct coalesce(rol.rolname::text, 'PUBLIC')))[1:3], ', ') as writers,
           string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')
               filter (where acl.grantee <> nsp.nspowner)                                          as grantees
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
      left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
     group by nsp.nspname
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('runs as %I, and searches schema %I, where %s may create what it then finds', own.rolname,
              writable.nspname, writable.writers)                                               as detail,
       format('revoke create on schema %I from ', writable.nspname) || writable.grantees        as fix,
       exists (select from aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
                where acl.grantee in (select oid from subject))
       or exists (select from pg_catalog.pg_trigger trg where trg.tgfoid = pro.oid)             as exposed
  from pg_catalog.pg_proc      pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_roles     own on own.oid = pro.proowner
  cross join unnest(pro.proconfig) config
  cross join unnest(string_to_array(substr(config, length('search_path=') + 1), ',')) entry
  join writable on writable.nspname = trim(both ' "' from entry)
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and pro.prosecdef and pro.prosqlbody is null and config ~* '^search_path='
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 order by object, detail
