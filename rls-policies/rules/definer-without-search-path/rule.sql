with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
writable as (
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
),
temp as (
    select 1
      from pg_catalog.pg_database dat, aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
     where dat.datname = current_database() and acl.privilege_type in ('TEMPORARY', 'CREATE')
       and acl.grantee in (select oid from subject)
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))   as object,
       format('runs as %I, with the search path of whoever calls it', own.rolname)               as detail,
       format('alter routine %I.%I(%s) set search_path = pg_catalog, %spg_temp', nsp.nspname, pro.proname,
              oidvectortypes(pro.proargtypes),
              case when nsp.oid not in (select oid from writable) then format('%I, ', nsp.nspname) end) as fix,
       (exists (select from temp) or exists (select from writable))
       and (exists (select from aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
                     where acl.grantee in (select oid from subject))
            or exists (select from pg_catalog.pg_trigger trg where trg.tgfoid = pro.oid))        as exposed
  from pg_catalog.pg_proc      pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_language  lan on lan.oid = pro.prolang
  join pg_catalog.pg_roles     own on own.oid = pro.proowner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and pro.prosecdef
   and lan.lanname not in ('c', 'internal')
   and pro.prosqlbody is null  -- names in a parsed body are resolved already
   and not exists (select from unnest(pro.proconfig) config where config ~* '^search_path=')
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 order by object
