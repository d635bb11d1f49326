-- CHECK constraints, including those of children: they become the inherited ones when the children get
-- their parents.
select 'pg_catalog.pg_constraint'::regclass::oid as class, con.oid as object,
       format('constraint %I of %I.%I', con.conname, nsp.nspname, rel.relname) as name,
       format('alter table %I.%I add constraint %I %s', nsp.nspname, rel.relname, con.conname,
              pg_get_constraintdef(con.oid)) as statement,
       rel.oid as relation
  from pg_catalog.pg_constraint con
  join pg_catalog.pg_class rel on rel.oid = con.conrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid >= 16384 and rel.relpersistence <> 't' and rel.relkind <> 'f' and con.contype in ('c', 'n')
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
 order by con.contype = 'c', con.oid
