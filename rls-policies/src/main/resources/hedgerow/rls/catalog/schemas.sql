select nsp.oid, nsp.nspname as name, quote_ident(nsp.nspname) as quoted, nsp.nspowner as owner, ext.extname as extension
  from pg_catalog.pg_namespace nsp
  left join pg_catalog.pg_depend dep
    on dep.classid = 'pg_catalog.pg_namespace'::regclass and dep.objid = nsp.oid and dep.deptype = 'e'
  left join pg_catalog.pg_extension ext on ext.oid = dep.refobjid
 where nsp.nspname !~ '^pg_(toast|temp)'
 order by nsp.nspname
