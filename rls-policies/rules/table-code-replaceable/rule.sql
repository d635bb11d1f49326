with subject as (
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[])) and not rol.rolsuper
),
code as (  -- functions that run when a table is written, checked or indexed
    select dep.refobjid as routine, 'a constraint' as what, con.conrelid as relation
      from pg_catalog.pg_depend dep
      join pg_catalog.pg_constraint con on dep.classid = 'pg_catalog.pg_constraint'::regclass and con.oid = dep.objid
     where dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select dep.refobjid, 'an index', ind.indrelid
      from pg_catalog.pg_depend dep
      join pg_catalog.pg_index ind on dep.classid = 'pg_catalog.pg_class'::regclass and ind.indexrelid = dep.objid
     where dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select dep.refobjid, 'a default or generated column', def.adrelid
      from pg_catalog.pg_depend dep
      join pg_catalog.pg_attrdef def on dep.classid = 'pg_catalog.pg_attrdef'::regclass and def.oid = dep.objid
     where dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select trg.tgfoid, 'a trigger', trg.tgrelid from pg_catalog.pg_trigger trg where not trg.tgisinternal
)
select format('function %I.%I(%s)', fns.nspname, pro.proname, oidvectortypes(pro.proargtypes))   as object,
       format('is %s of %s, which %I owns, and %I may replace it', min(code.what),
              min(format('%I.%I', nsp.nspname, rel.relname)), min(own.rolname), subject.rolname) as detail,
       format('alter routine %I.%I(%s) owner to %I', fns.nspname, pro.proname, oidvectortypes(pro.proargtypes),
              min(own.rolname))                                                                  as fix,
       true                                                                                      as exposed
  from code
  join pg_catalog.pg_proc      pro on pro.oid = code.routine
  join pg_catalog.pg_namespace fns on fns.oid = pro.pronamespace
  join subject                     on subject.oid = pro.proowner
  join pg_catalog.pg_class     rel on rel.oid = code.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     own on own.oid = rel.relowner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relowner <> pro.proowner
 group by fns.nspname, pro.proname, pro.proargtypes, subject.rolname
 order by object
