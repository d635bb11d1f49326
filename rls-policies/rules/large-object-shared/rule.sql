with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
held as (
    select lom.oid, lom.lomowner as grantee, true as owns from pg_catalog.pg_largeobject_metadata lom
    union
    select lom.oid, acl.grantee, false
      from pg_catalog.pg_largeobject_metadata lom, aclexplode(lom.lomacl) acl
     where acl.grantee <> lom.lomowner
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                       as object,
       format('%s %s large object(s), which have no row security: every session of that role reads them all',
              case when held.owns then 'owns' else 'may use' end, count(*))                     as detail,
       case when not held.owns and count(*) <= 50
            then format('revoke all on large object %s from %s', string_agg(held.oid::text, ', ' order by held.oid),
                        coalesce(quote_ident(rol.rolname), 'public')) end                       as fix,
       true                                                                                     as exposed
  from held
  left join pg_catalog.pg_roles rol on rol.oid = held.grantee
 where held.grantee in (select oid from subject)
 group by rol.rolname, held.owns
 order by object, detail
