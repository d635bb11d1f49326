-- Owners; for an extension's objects only where the owner differs from the extension's. A sequence follows
-- its column.
select own.class, own.object, format('owner of %s', own.phrase) as name,
       format('alter %s owner to %I', own.phrase, rol.rolname) as statement, null::oid as relation
  from (
     select 'pg_catalog.pg_database'::regclass::oid as class, dat.oid as object,
            format('database %I', dat.datname) as phrase, dat.datdba as owner
       from pg_catalog.pg_database dat
      where dat.datname = current_database()
     union all
     select 'pg_catalog.pg_namespace'::regclass, nsp.oid, format('schema %I', nsp.nspname), nsp.nspowner
       from pg_catalog.pg_namespace nsp
      where (nsp.oid >= 16384 or nsp.nspname = 'public') and nsp.nspname !~ '^pg_'
     union all
     select 'pg_catalog.pg_class'::regclass, rel.oid,
            format('%s %I.%I', case rel.relkind when 'v' then 'view' when 'm' then 'materialized view'
                                                when 'S' then 'sequence' else 'table' end, nsp.nspname, rel.relname),
            rel.relowner
       from pg_catalog.pg_class rel
       join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
      where rel.oid >= 16384 and rel.relkind in ('r', 'p', 'v', 'm', 'S') and rel.relpersistence <> 't'
        and nsp.nspname !~ '^pg_toast'
        and not exists (select from pg_catalog.pg_depend dep
                         where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid
                           and rel.relkind = 'S' and dep.deptype in ('a', 'i') and dep.refobjsubid > 0)
     union all
     select 'pg_catalog.pg_proc'::regclass, pro.oid, format('routine %s', pro.oid::regprocedure), pro.proowner
       from pg_catalog.pg_proc pro
      where pro.oid >= 16384
     union all
     select 'pg_catalog.pg_type'::regclass, typ.oid, format('type %I.%I', nsp.nspname, typ.typname), typ.typowner
       from pg_catalog.pg_type typ
       join pg_catalog.pg_namespace nsp on nsp.oid = typ.typnamespace
       left join pg_catalog.pg_class rel on rel.oid = typ.typrelid
      where typ.oid >= 16384 and typ.typtype <> 'm' and (rel.oid is null or rel.relkind = 'c')
        and not exists (select from pg_catalog.pg_type elem where elem.typarray = typ.oid)
     union all
     select 'pg_catalog.pg_operator'::regclass, opr.oid,
            format('operator %I.%s (%s, %s)', nsp.nspname, opr.oprname,
                   coalesce(format_type(nullif(opr.oprleft, 0), null), 'none'), format_type(opr.oprright, null)),
            opr.oprowner
       from pg_catalog.pg_operator opr
       join pg_catalog.pg_namespace nsp on nsp.oid = opr.oprnamespace
      where opr.oid >= 16384 and opr.oprcode <> 0
     union all
     select 'pg_catalog.pg_collation'::regclass, col.oid, format('collation %I.%I', nsp.nspname, col.collname),
            col.collowner
       from pg_catalog.pg_collation col
       join pg_catalog.pg_namespace nsp on nsp.oid = col.collnamespace
      where col.oid >= 16384
     union all
     select 'pg_catalog.pg_publication'::regclass, pub.oid, format('publication %I', pub.pubname), pub.pubowner
       from pg_catalog.pg_publication pub
     union all
     select 'pg_catalog.pg_language'::regclass, lng.oid, format('language %I', lng.lanname), lng.lanowner
       from pg_catalog.pg_language lng
      where lng.oid >= 16384 or lng.lanname = 'plpgsql' and lng.lanowner <> 10) own
  join pg_catalog.pg_roles rol on rol.oid = own.owner
  left join pg_catalog.pg_depend dep
    on dep.classid = own.class and dep.objid = own.object and dep.objsubid = 0 and dep.deptype = 'e'
  left join pg_catalog.pg_extension ext on ext.oid = dep.refobjid
 where ext.extowner is distinct from own.owner
 order by own.class, own.object
