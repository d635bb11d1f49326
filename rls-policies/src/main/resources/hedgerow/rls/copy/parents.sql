select 'pg_catalog.pg_class'::regclass::oid as class, rel.oid as object,
       format('place of table %I.%I under %I.%I', nsp.nspname, rel.relname, pns.nspname, par.relname) as name,
       case when rel.relispartition
            then format('alter table %I.%I attach partition %I.%I %s', pns.nspname, par.relname, nsp.nspname,
                        rel.relname, pg_get_expr(rel.relpartbound, rel.oid))
            else format('alter table %I.%I inherit %I.%I', nsp.nspname, rel.relname, pns.nspname, par.relname)
       end as statement,
       par.oid as relation
  from pg_catalog.pg_inherits inh
  join pg_catalog.pg_class rel on rel.oid = inh.inhrelid and rel.relkind in ('r', 'p')
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_class par on par.oid = inh.inhparent
  join pg_catalog.pg_namespace pns on pns.oid = par.relnamespace
 where rel.oid >= 16384 and rel.relpersistence <> 't'
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
union all
select 'pg_catalog.pg_class'::regclass, rel.oid, format('type of table %I.%I', nsp.nspname, rel.relname),
       format('alter table %I.%I of %s', nsp.nspname, rel.relname, format_type(rel.reloftype, null)), null
  from pg_catalog.pg_class rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid >= 16384 and rel.reloftype <> 0 and rel.relkind in ('r', 'p') and rel.relpersistence <> 't'
 order by 2, 3
