with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
writable as (
    select nsp.nspname,
           array_to_string((array_agg(distinct coalesce(rol.rolname::text, 'PUBLIC')))[1:3], ', ') as writers,
           string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')
               filter (where acl.grantee <> nsp.nspowner)                                          as grantees
      from pg_catalog.pg_namespace nsp
      cross join aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
      left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
     group by nsp.nspname
)
select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       format('searches schema %I, where %s may create what is then found', writable.nspname, writable.writers)
                                                                                                 as detail,
       format('revoke create on schema %I from ', writable.nspname) || writable.grantees         as fix,
       true                                                                                      as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
  cross join unnest(stored.setconfig) config
  cross join unnest(string_to_array(substr(config, length('search_path=') + 1), ',')) entry
  join writable on writable.nspname = trim(both ' "' from entry)
 where config ~* '^search_path='
   and (stored.setdatabase = 0 or dat.datname = current_database())
 order by object, detail
