-- All grants, after everything has been revoked. For objects of the system and of extensions, only the
-- changed ones. Schemas are last: whoever passes a privilege on must find the object by its name.
with object (class, object, part, phrase, columns, kind, owner, acl, readable) as (
    select 'pg_catalog.pg_class'::regclass::oid, rel.oid, 0,
           format('%s %I.%I', case rel.relkind when 'S' then 'sequence' else 'table' end, nsp.nspname, rel.relname),
           '', case rel.relkind when 'S' then 's' else 'r' end, rel.relowner, rel.relacl,
           -- not recorded in pg_init_privs
           case when nsp.nspname = 'information_schema' and rel.relacl is not null
                then array[makeaclitem(0, rel.relowner, 'select', false)] end
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where rel.relkind in ('r', 'p', 'v', 'm', 'S') and rel.relpersistence <> 't'
    union all
    select 'pg_catalog.pg_class'::regclass, rel.oid, att.attnum, format('table %I.%I', nsp.nspname, rel.relname),
           format(' (%I)', att.attname), 'c', rel.relowner, att.attacl, null
      from pg_catalog.pg_attribute att
      join pg_catalog.pg_class rel on rel.oid = att.attrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where att.attacl is not null and not att.attisdropped and rel.relkind <> 'f' and rel.relpersistence <> 't'
    union all
    select 'pg_catalog.pg_proc'::regclass, pro.oid, 0, format('routine %s', pro.oid::regprocedure), '', 'f',
           pro.proowner, pro.proacl, null
      from pg_catalog.pg_proc pro
    union all
    select 'pg_catalog.pg_type'::regclass, typ.oid, 0, format('type %I.%I', nsp.nspname, typ.typname), '', 'T',
           typ.typowner, typ.typacl, null
      from pg_catalog.pg_type typ
      join pg_catalog.pg_namespace nsp on nsp.oid = typ.typnamespace
     where typ.typacl is not null
    union all
    select 'pg_catalog.pg_language'::regclass, lng.oid, 0, format('language %I', lng.lanname), '', 'l', lng.lanowner,
           lng.lanacl, null
      from pg_catalog.pg_language lng
    union all
    select 'pg_catalog.pg_database'::regclass, dat.oid, 0, format('database %I', dat.datname), '', 'd', dat.datdba,
           coalesce(dat.datacl, acldefault('d', dat.datdba)), null
      from pg_catalog.pg_database dat
     where dat.datname = current_database()
    union all
    select 'pg_catalog.pg_parameter_acl'::regclass, par.oid, 0, format('parameter %I', par.parname), '', 'p', 10::oid,
           par.paracl, null
      from pg_catalog.pg_parameter_acl par
    union all
    select 'pg_catalog.pg_namespace'::regclass, nsp.oid, 0, format('schema %I', nsp.nspname), '', 'n', nsp.nspowner,
           coalesce(nsp.nspacl, acldefault('n', nsp.nspowner)), null
      from pg_catalog.pg_namespace nsp
     where nsp.nspname !~ '^pg_(toast|temp)'
),
changed as (
    select obj.class, obj.object, obj.part, obj.phrase, obj.columns, obj.kind, own.rolname as owner, ini.initprivs,
           -- objects of the system: in the copy they belong to its own superuser
           obj.owner = 10
               and (obj.kind = 'p' or obj.object < 16384 and obj.kind <> 'd' and obj.phrase <> 'schema public') as
                   system,
           coalesce(obj.acl, case when ini.initprivs is not null
                                  then acldefault(obj.kind::"char", obj.owner) end) as acl
      from object obj
      join pg_catalog.pg_roles own on own.oid = obj.owner
      left join pg_catalog.pg_init_privs ini
        on ini.classoid = obj.class and ini.objoid = obj.object and ini.objsubid = obj.part
     where (obj.acl is not null or ini.initprivs is not null)
       and ((obj.object >= 16384 or obj.kind in ('d', 'p') or obj.phrase = 'schema public')
            and not exists (select from pg_catalog.pg_depend dep
                             where dep.classid = obj.class and dep.objid = obj.object and dep.objsubid = 0
                               and dep.deptype = 'e')
            or array(select one from unnest(coalesce(obj.acl, acldefault(obj.kind::"char", obj.owner))) one
                      order by one::text)
               <> array(select one from unnest(coalesce(ini.initprivs, acldefault(obj.kind::"char", obj.owner)
                                                                       || obj.readable)) one
                         order by one::text))
),
statement (class, object, part, place, statement, actor) as (
    select class, object, part, 0,
           format('revoke all%s on %s from %s', columns, phrase,
                  (select string_agg(distinct grantee.name, ', ')
                     from (select 'public' as name
                           union all
                           select case when system then 'current_user' else quote_ident(owner) end where kind <> 'p'
                           union all
                           select case when system and old.grantee = 10 then 'current_user'
                                       else quote_ident(rol.rolname) end
                             from aclexplode(initprivs) old
                             join pg_catalog.pg_roles rol on rol.oid = old.grantee) grantee)), null
      from changed
    union all
    select class, object, part, min(acl.place),
           format('grant %s on %s to %s%s',
                  string_agg(acl.privilege_type || columns, ', ' order by acl.privilege_type), phrase,
                  case when acl.grantee = 0 then 'public' when acl.grantee = 10 and system then 'current_user'
                       else quote_ident(rol.rolname) end,
                  case when acl.is_grantable then ' with grant option' end),
           case when gra.rolname <> owner and kind <> 'p' then gra.rolname end
      from changed
     cross join lateral aclexplode(changed.acl) with ordinality
           as acl (grantor, grantee, privilege_type, is_grantable, place)
      left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
      join pg_catalog.pg_roles gra on gra.oid = acl.grantor
     where acl.grantee = 0 or rol.oid is not null
     group by class, object, part, phrase, columns, kind, owner, system, acl.grantee, rol.rolname, acl.is_grantable,
              gra.rolname
)
select class, object, format('grants on %s', pg_describe_object(class, object, part)) as name, statement, actor
  from statement
 order by class = 'pg_catalog.pg_namespace'::regclass, class, object, part, place
