-- All functions, including the system's: expressions call both. Bodies in C are only symbols.
select pro.oid, nsp.nspname as schema, pro.proname as name,
       format('%I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes)) as quoted,
       pro.prokind as kind, pro.proowner as owner, lng.lanname as language, pro.prosecdef as security_definer,
       pro.provolatile as volatility, pro.proparallel as parallel, pro.proleakproof as leakproof,
       pro.proisstrict as strict, pro.proretset as returns_set, pro.prorettype as return_type,
       pro.proargtypes::oid[]::bigint[] as argument_types,
       coalesce(pro.proallargtypes::bigint[], '{}') as all_argument_types,
       coalesce(pro.proargmodes::text[], '{}') as argument_modes, coalesce(pro.proargnames, '{}') as argument_names,
       coalesce(pro.proconfig, '{}') as settings,
       case when lng.lanname not in ('c', 'internal') then pro.prosrc end as body, pro.prosqlbody::text as body_tree,
       ext.extname as extension
  from pg_catalog.pg_proc pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_language lng on lng.oid = pro.prolang
  left join pg_catalog.pg_depend dep
    on dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e'
  left join pg_catalog.pg_extension ext on ext.oid = dep.refobjid
 where nsp.nspname !~ '^pg_temp'
 order by nsp.nspname, pro.proname, pro.oid
