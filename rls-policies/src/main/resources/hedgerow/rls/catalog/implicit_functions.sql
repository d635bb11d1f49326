-- Functions that run without being named: of operators, casts, types, and of the checks and defaults of
-- domains. The server's own are not listed by dependencies; set_config is searched for.
select dep.refobjid as oid
  from pg_catalog.pg_depend dep
 where dep.refclassid = 'pg_catalog.pg_proc'::regclass
   and (dep.classid in ('pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_cast'::regclass,
                        'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_amproc'::regclass)
        or dep.classid = 'pg_catalog.pg_constraint'::regclass
           and exists (select from pg_catalog.pg_constraint con where con.oid = dep.objid and con.contypid <> 0))
   and not exists (select from pg_catalog.pg_depend ext
                    where ext.classid = dep.classid and ext.objid = dep.objid and ext.deptype = 'e')
union
select 'pg_catalog.set_config(text, text, boolean)'::regprocedure::oid
 where exists (select from pg_catalog.pg_constraint con
                where con.contypid <> 0 and con.conbin::text like '%:funcid 2078 %')
    or exists (select from pg_catalog.pg_type typ where typ.typdefaultbin::text like '%:funcid 2078 %')
