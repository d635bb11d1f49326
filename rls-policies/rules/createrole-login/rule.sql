with version as (
    select current_setting('server_version_num')::int < 160000 as grants_all
)
select format('role %I', rol.rolname)                                                          as object,
       case when version.grants_all
            then 'has CREATEROLE, which before PostgreSQL 16 may grant itself any role that is not a superuser'
            else 'has CREATEROLE: it may make roles that log in, and administer the roles it made' end as detail,
       format('alter role %I nocreaterole', rol.rolname)                                       as fix,
       version.grants_all                                                                      as exposed
  from pg_catalog.pg_roles rol, version
 where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and rol.rolcreaterole and not rol.rolsuper
 order by object
