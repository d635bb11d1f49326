with recursive subject as (
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[])) and not rol.rolsuper
),
trusted as (  -- functions that policies call, and functions named in their parsed bodies
    select dep.refobjid as routine, pol.polrelid
      from pg_catalog.pg_policy pol
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_policy'::regclass and dep.objid = pol.oid
                                   and dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select dep.refobjid, trusted.polrelid
      from trusted
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = trusted.routine
                                   and dep.refclassid = 'pg_catalog.pg_proc'::regclass
),
relied as (
    select routine, min(rel.relowner::text) as owner, min(format('%I.%I', nsp.nspname, rel.relname)) as example
      from trusted
      join pg_catalog.pg_class     rel on rel.oid = trusted.polrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
     group by routine
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('policies such as that of %s trust it, and %s may %s it', relied.example,
              coalesce(own.rolname, sch.rolname),
              case when own.oid is null then 'drop' else 'replace' end)                         as detail,
       case when relied.owner::oid not in (select oid from subject) then
            case when own.oid is null then format('alter schema %I owner to %I', nsp.nspname, tab.rolname)
                 else format('alter routine %I.%I(%s) owner to %I', nsp.nspname, pro.proname,
                             oidvectortypes(pro.proargtypes), tab.rolname) end end              as fix,
       true                                                                                     as exposed
  from relied
  join pg_catalog.pg_proc      pro on pro.oid = relied.routine
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_roles     tab on tab.oid = relied.owner::oid
  left join subject            own on own.oid = pro.proowner
  left join subject            sch on sch.oid = nsp.nspowner
 where own.oid is not null or sch.oid is not null
 order by object
