with part as (
    select ind.indexrelid, ind.indrelid, position, opc.opcfamily, opc.opcintype, opc.opcname
      from pg_catalog.pg_index ind
      join pg_catalog.pg_class tab on tab.oid = ind.indrelid and tab.relrowsecurity
      cross join unnest(ind.indclass::oid[]) with ordinality as class (oid, position)
      join pg_catalog.pg_opclass opc on opc.oid = class.oid
),
leaky as (  -- no operator that finds rows in this column may run ahead of a policy
    select part.indexrelid, part.indrelid, part.position, part.opcname
      from part
      join pg_catalog.pg_amop amo on amo.amopfamily = part.opcfamily and amo.amoplefttype = part.opcintype
                                 and amo.amoppurpose = 's'
      join pg_catalog.pg_operator opr on opr.oid = amo.amopopr
      join pg_catalog.pg_proc     pro on pro.oid = opr.oprcode
     group by part.indexrelid, part.indrelid, part.position, part.opcname
    having not bool_or(pro.proleakproof)
)
select format('%I.%I index %I', nsp.nspname, rel.relname, idx.relname)                          as object,
       format('cannot help a query under row security: the operators of %s are not leakproof',
              string_agg(distinct leaky.opcname, ', '))                                         as detail,
       null::text                                                                               as fix,
       true                                                                                     as exposed
  from leaky
  join pg_catalog.pg_class     idx on idx.oid = leaky.indexrelid
  join pg_catalog.pg_class     rel on rel.oid = leaky.indrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
 group by nsp.nspname, rel.relname, idx.relname
 order by object
