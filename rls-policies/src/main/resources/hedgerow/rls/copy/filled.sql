-- Tables of the copy that contain rows.
select 'pg_catalog.pg_class'::regclass::oid as class, rel.oid as object,
       format('table %I.%I', nsp.nspname, rel.relname) as name
  from pg_catalog.pg_class rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid >= 16384 and rel.relkind = 'r' and nsp.nspname !~ '^pg_toast' and pg_relation_size(rel.oid) > 0
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid and dep.deptype = 'e')
 order by rel.oid
