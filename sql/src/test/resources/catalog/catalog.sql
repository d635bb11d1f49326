-- The objects that an installation created, one row for each: kind, name, definition. Two installations are
-- the same if these rows are.
with acl as (
    select kind, object, string_agg(format('%s=%s%s', case grantee when 0 then 'public' else grantee::regrole::text end,
                                           privilege_type, case when is_grantable then '*' else '' end),
                                    ' ' order by grantee::regrole::text, privilege_type) as granted
      from (select 'schema' as kind, oid as object, nspacl as acl, acldefault('n', nspowner) as usual from pg_namespace
            union all select 'relation', oid, relacl, acldefault('r', relowner) from pg_class
            union all select 'function', oid, proacl, acldefault('f', proowner) from pg_proc
            union all select 'type', oid, typacl, acldefault('T', typowner) from pg_type
            union all select 'language', oid, lanacl, acldefault('l', lanowner) from pg_language
            union all select 'database', oid, datacl, acldefault('d', datdba) from pg_database
                       where datname = current_database()) owned,
           aclexplode(acl)
     where not (acl @> usual and acl <@ usual)  -- the same as none
     group by kind, object
), ours as (
    select oid, nspname as name from pg_namespace where nspname in ('app', 'app_private', 'public')
), relations as (
    select rel.*, format('%s.%I', ours.name, rel.relname) as name
      from pg_class rel join ours on ours.oid = rel.relnamespace
     where rel.relname !~ '^databasechangeloglock'
)
select 'schema' as kind, nsp.nspname::text as name,
       concat_ws(' | ', nsp.nspowner::regrole, acl.granted, obj_description(nsp.oid, 'pg_namespace')) as definition
  from pg_namespace nsp left join acl on acl.kind = 'schema' and acl.object = nsp.oid
 where nsp.nspname !~ '^pg_(temp|toast)'
union all
select 'parameter', parname,
       (select string_agg(format('%s=%s', grantee::regrole, privilege_type), ' ' order by grantee::regrole::text)
          from aclexplode(paracl))
  from pg_parameter_acl
union all
select 'relation', name,
       concat_ws(' | ', relkind, relowner::regrole, relpersistence, relrowsecurity, relforcerowsecurity, reloptions,
                 granted, obj_description(oid, 'pg_class'))
  from relations left join acl on acl.kind = 'relation' and acl.object = oid
union all
select 'column', format('%s.%I', name, attname),
       concat_ws(' | ', row_number() over (partition by attrelid order by attnum),
                 format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
                 attcollation::regcollation, pg_get_expr(adbin, adrelid),
                 (select string_agg(format('%s=%s', grantee::regrole, privilege_type), ' '
                                    order by grantee::regrole::text, privilege_type) from aclexplode(attacl)),
                 col_description(attrelid, attnum))
  from relations join pg_attribute on attrelid = relations.oid and attnum > 0 and not attisdropped and relkind <> 'i'
  left join pg_attrdef on adrelid = attrelid and adnum = attnum
union all
select 'constraint', format('%s.%I', relations.name, conname),
       concat_ws(' | ', pg_get_constraintdef(con.oid), convalidated, obj_description(con.oid, 'pg_constraint'))
  from pg_constraint con join relations on relations.oid = conrelid
union all
select 'index', format('%s.%I', relations.name, indexrelid::regclass),
       concat_ws(' | ', pg_get_indexdef(indexrelid), indisvalid, indisprimary, obj_description(indexrelid, 'pg_class'))
  from pg_index join relations on relations.oid = indrelid
union all
select 'trigger', format('%s.%I', relations.name, tgname),
       concat_ws(' | ', pg_get_triggerdef(trg.oid), tgenabled, obj_description(trg.oid, 'pg_trigger'))
  from pg_trigger trg join relations on relations.oid = tgrelid
 where not tgisinternal
union all
select 'policy', format('%s.%I', relations.name, polname),
       concat_ws(' | ', polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid),
                 pg_get_expr(polwithcheck, polrelid), obj_description(pol.oid, 'pg_policy'))
  from pg_policy pol join relations on relations.oid = polrelid
union all
select 'view', name, pg_get_viewdef(oid) from relations where relkind in ('v', 'm')
union all
select 'function', prc.oid::regprocedure::text,
       concat_ws(' | ', proowner::regrole, granted, pg_get_functiondef(prc.oid), obj_description(prc.oid, 'pg_proc'))
  from pg_proc prc join ours on ours.oid = pronamespace
  left join acl on acl.kind = 'function' and acl.object = prc.oid
union all
select 'function of the system', prc.oid::regprocedure::text, granted
  from pg_proc prc join acl on acl.kind = 'function' and acl.object = prc.oid
 where pronamespace = 'pg_catalog'::regnamespace
union all
select 'type', format_type(typ.oid, null), concat_ws(' | ', typtype, typowner::regrole, granted)
  from pg_type typ join ours on ours.oid = typnamespace
  left join acl on acl.kind = 'type' and acl.object = typ.oid
 where typ.typname !~ 'databasechangeloglock'
union all
select 'language', lanname, granted from pg_language left join acl on acl.kind = 'language' and acl.object = oid
union all
select 'default privileges', concat_ws(' ', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype),
       (select string_agg(format('%s=%s', case grantee when 0 then 'public' else grantee::regrole::text end,
                                 privilege_type), ' ' order by grantee::regrole::text, privilege_type)
                 from aclexplode(defaclacl))
  from pg_default_acl
union all
select 'role', rolname, (to_jsonb(pg_roles) - 'oid')::text from pg_roles where rolname ~ '^hedgerow'
union all
select 'membership', format('%s in %s', member::regrole, roleid::regrole), admin_option::text
  from pg_auth_members where member::regrole::text ~ 'hedgerow' or roleid::regrole::text ~ 'hedgerow'
union all
select 'setting', concat_ws(' ', setrole::regrole, datname), setconfig::text
  from pg_db_role_setting left join pg_database on pg_database.oid = setdatabase
union all
select 'database', 'itself', granted from acl where kind = 'database'
union all
select 'extension', extname, extversion from pg_extension
union all
select 'event trigger', evtname, concat_ws(' | ', evtevent, evtfoid::regprocedure, evtenabled) from pg_event_trigger
 order by kind, name
