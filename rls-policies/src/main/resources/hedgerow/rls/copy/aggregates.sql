select 'pg_catalog.pg_proc'::regclass::oid as class, pro.oid as object,
       format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes)) as name,
       case when agg.aggmtransfn = 0 then
       format('create aggregate %I.%I(%s) (sfunc = %s, stype = %s, sspace = %s, finalfunc_modify = %s, parallel = %s'
              || '%s%s%s%s%s%s%s%s)',
              nsp.nspname, pro.proname, coalesce(nullif(pg_get_function_arguments(pro.oid), ''), '*'),
              agg.aggtransfn, format_type(agg.aggtranstype, null), agg.aggtransspace,
              case agg.aggfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end,
              case pro.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end,
              ', finalfunc = ' || nullif(agg.aggfinalfn::oid, 0)::regproc::text,
              case when agg.aggfinalextra then ', finalfunc_extra' end,
              ', combinefunc = ' || nullif(agg.aggcombinefn::oid, 0)::regproc::text,
              ', serialfunc = ' || nullif(agg.aggserialfn::oid, 0)::regproc::text,
              ', deserialfunc = ' || nullif(agg.aggdeserialfn::oid, 0)::regproc::text,
              ', initcond = ' || quote_literal(agg.agginitval),
              (select format(', sortop = operator(%I.%s)', ons.nspname, opr.oprname)
                 from pg_catalog.pg_operator opr
                 join pg_catalog.pg_namespace ons on ons.oid = opr.oprnamespace
                where opr.oid = agg.aggsortop),
              case agg.aggkind when 'h' then ', hypothetical' end) end as statement,
       'it has a moving form' as reason
  from pg_catalog.pg_aggregate agg
  join pg_catalog.pg_proc pro on pro.oid = agg.aggfnoid
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
 where pro.oid >= 16384
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                      and dep.deptype in ('e', 'i'))
 order by pro.oid
