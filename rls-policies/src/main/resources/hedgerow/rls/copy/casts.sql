select 'pg_catalog.pg_cast'::regclass::oid as class, cst.oid as object,
       format('cast from %s to %s', format_type(cst.castsource, null), format_type(cst.casttarget, null)) as name,
       format('create cast (%s as %s) %s%s', format_type(cst.castsource, null), format_type(cst.casttarget, null),
              case cst.castmethod when 'f' then format('with function %s', cst.castfunc::regprocedure)
                                  when 'i' then 'with inout'
                                  else 'without function' end,
              case cst.castcontext when 'i' then ' as implicit' when 'a' then ' as assignment' end) as statement
  from pg_catalog.pg_cast cst
 where cst.oid >= 16384
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_cast'::regclass and dep.objid = cst.oid
                      and dep.deptype in ('e', 'i'))
 order by cst.oid
