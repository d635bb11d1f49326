-- Dependencies. A part of an object depends on that object. Objects that the server creates implicitly are
-- left out.
select dep.classid as class, dep.objid as object, dep.refclassid as needed_class, dep.refobjid as needed,
       dep.deptype in ('e', 'i', 'P')
           or dep.deptype = 'a' and dep.classid in ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)
           as part,
       pg_describe_object(dep.classid, dep.objid, dep.objsubid) as name,
       pg_describe_object(dep.refclassid, dep.refobjid, dep.refobjsubid) as needed_name
  from pg_catalog.pg_depend dep
  left join pg_catalog.pg_class rel on dep.classid = 'pg_catalog.pg_class'::regclass and rel.oid = dep.objid
  left join pg_catalog.pg_trigger trg on dep.classid = 'pg_catalog.pg_trigger'::regclass and trg.oid = dep.objid
 where dep.objid >= 16384 and dep.classid <> 'pg_catalog.pg_default_acl'::regclass
   and rel.relnamespace is distinct from 'pg_toast'::regnamespace
   and trg.tgisinternal is distinct from true
 order by dep.classid, dep.objid, dep.refclassid, dep.refobjid
