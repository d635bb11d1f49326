with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
definer as (
    select pro.oid, pro.proname, pro.proargtypes, pro.proacl, pro.proowner, nsp.nspname, own.rolname,
           regexp_replace(regexp_replace(pro.prosrc, '--[^\n]*', '', 'g'), '/\*.*?\*/', '', 'g') as body,
           (select string_agg(arg.name, '|')
              from unnest(pro.proargnames, coalesce(pro.proallargtypes, pro.proargtypes::oid[])) as arg (name, type)
              join pg_catalog.pg_type typ on typ.oid = arg.type
             where typ.typcategory = 'S' and arg.name ~ '^\w+$') as texts
      from pg_catalog.pg_proc      pro
      join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
      join pg_catalog.pg_language  lan on lan.oid = pro.prolang
      join pg_catalog.pg_roles     own on own.oid = pro.proowner
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and pro.prosecdef and lan.lanname = 'plpgsql'
       and not exists (select from pg_catalog.pg_depend dep
                        where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                          and dep.deptype = 'e')
)
select format('function %I.%I(%s)', nspname, proname, oidvectortypes(proargtypes))        as object,
       format('runs as %I, and builds SQL from its argument %s without quoting it', rolname,
              replace(texts, '|', ' or '))                                                as detail,
       null::text                                                                         as fix,
       exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
                where acl.grantee in (select oid from subject))                           as exposed
  from definer
 where body ~* '\mexecute\M' and texts is not null
   and (body ~* ('''\s*\|\|\s*(' || texts || ')\M')          -- 'select ... ' || argument
        or body ~* ('\mexecute\s+(' || texts || ')\M')        -- the argument itself
        or body ~* ('\mformat\s*\(\s*''[^;]*%([0-9]+\$)?-?[0-9]*s[^;]*\m(' || texts || ')\M'))
 order by object
