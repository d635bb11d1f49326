with granted as (
    select acl.grantee
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace, aclexplode(rel.relacl) acl
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and acl.grantee <> rel.relowner
),
named as (
    select unnest(pol.polroles) as oid from pg_catalog.pg_policy pol
)
select format('role %I', rol.rolname)                                         as object,
       concat('logs in as a superuser',
              case when rol.oid in (select oid from named) then ', yet policies name it'
                   when rol.oid in (select grantee from granted) then ', yet tables are granted to it' end,
              ': no policy and no privilege binds it')                        as detail,
       case when rol.oid in (select oid from named) or rol.oid in (select grantee from granted)
            then format('alter role %I nosuperuser nobypassrls', rol.rolname) end as fix,  -- else use another login
       rol.oid in (select oid from named) or rol.oid in (select grantee from granted)
       or current_setting('hedgerow.logins')::oid[] = '{}'                    as exposed  -- then it serves the requests
  from pg_catalog.pg_roles rol
 where rol.rolsuper and rol.rolcanlogin
   and rol.oid <> 10  -- the one that initdb creates
 order by object
