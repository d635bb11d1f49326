-- Default privileges. Without a schema they replace a role's built-in ones; in a schema they are added to
-- those.
with kept as (
    select dea.oid, rol.rolname as role, nsp.nspname as schema, dea.defaclacl as acl,
           case dea.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                                  when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end as kind
      from pg_catalog.pg_default_acl dea
      join pg_catalog.pg_roles rol on rol.oid = dea.defaclrole
      left join pg_catalog.pg_namespace nsp on nsp.oid = dea.defaclnamespace
),
change (oid, place, words) as (
    select oid, 0, format('revoke all on %s from public, %I', kind, role) from kept where schema is null
    union all
    select kept.oid, min(acl.place),
           format('grant %s on %s to %s%s', string_agg(acl.privilege_type, ', ' order by acl.privilege_type), kind,
                  case when acl.grantee = 0 then 'public' else quote_ident(rol.rolname) end,
                  case when acl.is_grantable then ' with grant option' end)
      from kept
     cross join lateral aclexplode(kept.acl) with ordinality
           as acl (grantor, grantee, privilege_type, is_grantable, place)
      left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
     where acl.grantee = 0 or rol.oid is not null
     group by kept.oid, kept.kind, acl.grantee, rol.rolname, acl.is_grantable
)
select 'pg_catalog.pg_default_acl'::regclass::oid as class, kept.oid as object,
       format('default privileges of role %I on %s%s', kept.role, kept.kind,
              ' in schema ' || quote_ident(kept.schema)) as name,
       format('alter default privileges for role %I%s %s', kept.role, ' in schema ' || quote_ident(kept.schema),
              change.words) as statement
  from change
  join kept using (oid)
 order by kept.role, kept.oid, change.place
