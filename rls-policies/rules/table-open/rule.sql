with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (  -- schemas that a subject may look into
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
    union
    select nsp.oid
      from pg_catalog.pg_namespace nsp, subject
     where subject.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
),
granted as (  -- to subjects, on whole tables and on columns
    select rel.oid as relation, acl.grantee, acl.privilege_type
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
    union
    select att.attrelid, acl.grantee, acl.privilege_type
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid, privilege
      from pg_catalog.pg_class rel
      join subject sub on sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
     cross join unnest(case sub.oid when 'pg_read_all_data'::regrole then array['SELECT']
                                    else array['INSERT', 'UPDATE', 'DELETE'] end) privilege
),
reached as (
    select gra.relation,
           string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', ') as roles,
           string_agg(distinct gra.privilege_type, ', ')                    as privileges,
           bool_or(gra.privilege_type <> 'SELECT')                          as written
      from granted gra
      left join pg_catalog.pg_roles rol on rol.oid = gra.grantee
     where gra.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
     group by gra.relation
)
select format('%I.%I', nsp.nspname, rel.relname)                                               as object,
       format('no policy guards it from %s (%s), and it is not declared as shared',
              rea.roles, rea.privileges)                                                       as detail,
       null::text                                                                              as fix,
       rea.written                                                                             as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join reached                 rea on rea.relation = rel.oid
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and nsp.oid in (select oid from usable)
   and rel.relkind in ('r', 'p', 'f') and not rel.relrowsecurity and rel.relpersistence <> 't'
   and rel.oid not in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and not exists (select from pg_catalog.pg_inherits inh where inh.inhrelid = rel.oid)
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid
                      and dep.deptype = 'e')
 order by object
