with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
temp as (
    select 1
      from pg_catalog.pg_database dat, aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
     where dat.datname = current_database() and acl.privilege_type = 'TEMPORARY'
       and acl.grantee in (select oid from subject)
),
definer as (
    select pro.oid, pro.proname, pro.proargtypes, pro.proacl, pro.proowner, nsp.nspname, own.rolname,
           substr(config, length('search_path=') + 1) as path
      from pg_catalog.pg_proc      pro
      join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
      join pg_catalog.pg_language  lan on lan.oid = pro.prolang
      join pg_catalog.pg_roles     own on own.oid = pro.proowner,
           unnest(pro.proconfig) config
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and pro.prosecdef and pro.prosqlbody is null
       and lan.lanname not in ('c', 'internal')
       and config ~* '^search_path='
       and (pro.prosrc ~* '\mexecute\M'
            or exists (select  -- a table without its schema
                         from regexp_matches(pro.prosrc,
                                  '\m(?:from|join|(?:insert|merge)\s+into|update|only|using)\s+'
                                  '"?(\w+)"?(?!\w|"|\s*[.(])', 'gi') named
                         join pg_catalog.pg_class rel on rel.relname in (named[1], lower(named[1]))
                        where rel.relkind in ('r', 'p', 'v', 'm', 'f')))
       and not exists (select from pg_catalog.pg_depend dep
                        where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                          and dep.deptype = 'e')
)
select format('function %I.%I(%s)', nspname, proname, oidvectortypes(proargtypes))         as object,
       format('runs as %I, and a temporary table comes before the schemas of its search path (%s)', rolname, path)
                                                                                           as detail,
       format('alter routine %I.%I(%s) set search_path = %s, pg_temp', nspname, proname, oidvectortypes(proargtypes),
              regexp_replace(path, '"?\mpg_temp\M"?\s*,\s*', '', 'g'))                     as fix,
       exists (select from temp)
       and (exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
                     where acl.grantee in (select oid from subject))
            or exists (select from pg_catalog.pg_trigger trg where trg.tgfoid = definer.oid)) as exposed
  from definer
 where path !~ '\mpg_temp\M"?\s*$'
   and path !~ '^\s*("?pg_catalog"?|"")?\s*$'  -- with these paths only qualified names are found
 order by object
