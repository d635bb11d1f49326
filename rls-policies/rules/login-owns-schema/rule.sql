with subject as (
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
       and not rol.rolsuper and rol.rolname !~ '^pg_'
),
foreign_table as (  -- tenant tables with another owner
    select rel.relnamespace, count(*) as tables, min(rel.relowner::text)::oid as owner
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
       and rel.relowner <> nsp.nspowner
     group by rel.relnamespace
)
select format('schema %I', nsp.nspname)                                                        as object,
       format('belongs to %I, which may drop each of its %s tenant table(s) and make others', subject.rolname,
              foreign_table.tables)                                                            as detail,
       case when foreign_table.owner not in (select oid from subject)
            then format('alter schema %I owner to %I', nsp.nspname, own.rolname) end           as fix,
       true                                                                                    as exposed
  from pg_catalog.pg_namespace nsp
  join subject       on subject.oid = nsp.nspowner
  join foreign_table on foreign_table.relnamespace = nsp.oid
  join pg_catalog.pg_roles own on own.oid = foreign_table.owner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
 order by object
