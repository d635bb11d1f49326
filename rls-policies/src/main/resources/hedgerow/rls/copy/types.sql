-- Types. Domains come without their constraints. Row types belong to their tables, arrays and multiranges
-- to their elements.
select 'pg_catalog.pg_type'::regclass::oid as class, typ.oid as object,
       format('type %I.%I', nsp.nspname, typ.typname) as name,
       case typ.typtype
            when 'e' then format('create type %I.%I as enum (%s)', nsp.nspname, typ.typname,
                                 (select string_agg(quote_literal(enm.enumlabel), ', ' order by enm.enumsortorder)
                                    from pg_catalog.pg_enum enm
                                   where enm.enumtypid = typ.oid))
            when 'd' then format('create domain %I.%I as %s%s', nsp.nspname, typ.typname,
                                 format_type(typ.typbasetype, typ.typtypmod), typ_collation.clause)
            when 'c' then format('create type %I.%I as (%s)', nsp.nspname, typ.typname,
                                 (select string_agg(format('%I %s%s', att.attname,
                                                           format_type(att.atttypid, att.atttypmod),
                                                           ' collate ' || quote_ident(cns.nspname) || '.'
                                                           || quote_ident(col.collname)), ', '
                                                    order by att.attnum)
                                    from pg_catalog.pg_attribute att
                                    join pg_catalog.pg_type ety on ety.oid = att.atttypid
                                    left join pg_catalog.pg_collation col
                                      on col.oid = att.attcollation and col.oid <> ety.typcollation
                                    left join pg_catalog.pg_namespace cns on cns.oid = col.collnamespace
                                   where att.attrelid = typ.typrelid and att.attnum > 0 and not att.attisdropped))
            when 'p' then format('create type %I.%I', nsp.nspname, typ.typname)
            when 'r' then case when rng.rngcanonical = 0 then
                          format('create type %I.%I as range (subtype = %s, subtype_opclass = %I.%I, '
                                 || 'multirange_type_name = %I.%I%s%s)', nsp.nspname, typ.typname,
                                 format_type(rng.rngsubtype, null), ons.nspname, opc.opcname, mns.nspname, mul.typname,
                                 ', subtype_diff = ' || nullif(rng.rngsubdiff, 0)::regproc::text,
                                 ', collation = ' || quote_ident(rcs.nspname) || '.' || quote_ident(rco.collname)) end
       end as statement,
       'its functions are written in C' as reason
  from pg_catalog.pg_type typ
  join pg_catalog.pg_namespace nsp on nsp.oid = typ.typnamespace
  left join pg_catalog.pg_class rel on rel.oid = typ.typrelid
  left join pg_catalog.pg_range rng on rng.rngtypid = typ.oid
  left join pg_catalog.pg_opclass opc on opc.oid = rng.rngsubopc
  left join pg_catalog.pg_namespace ons on ons.oid = opc.opcnamespace
  left join pg_catalog.pg_type mul on mul.oid = rng.rngmultitypid
  left join pg_catalog.pg_namespace mns on mns.oid = mul.typnamespace
  left join pg_catalog.pg_collation rco on rco.oid = rng.rngcollation
  left join pg_catalog.pg_namespace rcs on rcs.oid = rco.collnamespace
 cross join lateral (
     select ' collate ' || quote_ident(cns.nspname) || '.' || quote_ident(col.collname) as clause
       from (select) once
       left join pg_catalog.pg_type base on base.oid = typ.typbasetype
       left join pg_catalog.pg_collation col on col.oid = typ.typcollation and col.oid <> base.typcollation
       left join pg_catalog.pg_namespace cns on cns.oid = col.collnamespace) typ_collation
 where typ.oid >= 16384 and nsp.nspname !~ '^pg_(toast|temp)' and typ.typtype <> 'm'
   and (rel.oid is null or rel.relkind = 'c')
   and not exists (select from pg_catalog.pg_type elem where elem.typarray = typ.oid)
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_type'::regclass and dep.objid = typ.oid and dep.deptype = 'e')
 order by typ.oid
