select format('default privileges of %I%s', maker.rolname, ' in schema ' || quote_ident(nsp.nspname)) as object,
       format('give %s to %s on every table to come, before anybody has enabled row security on it',
              string_agg(acl.privilege_type, ', ' order by acl.privilege_type),
              coalesce(gra.rolname::text, 'PUBLIC'))                                            as detail,
       format('alter default privileges for role %I%s revoke all on tables from %s', maker.rolname,
              ' in schema ' || quote_ident(nsp.nspname), coalesce(quote_ident(gra.rolname), 'public')) as fix,
       acl.grantee = 0
       or exists (  -- future partitions have no row security of their own, unless existing ones do
           select from pg_catalog.pg_class rel
            where rel.relkind = 'p' and rel.relrowsecurity and rel.relowner = def.defaclrole
              and (def.defaclnamespace = 0 or rel.relnamespace = def.defaclnamespace)
              and not coalesce((select bool_and(part.relrowsecurity or not exists (
                                         select from aclexplode(part.relacl) open
                                          where open.grantee = acl.grantee))
                                  from pg_catalog.pg_inherits inh
                                  join pg_catalog.pg_class part on part.oid = inh.inhrelid
                                 where inh.inhparent = rel.oid), false))                        as exposed
  from pg_catalog.pg_default_acl def
  join pg_catalog.pg_roles maker on maker.oid = def.defaclrole
  left join pg_catalog.pg_namespace nsp on nsp.oid = def.defaclnamespace
  cross join aclexplode(def.defaclacl) acl
  left join pg_catalog.pg_roles gra on gra.oid = acl.grantee
 where def.defaclobjtype = 'r' and acl.grantee <> def.defaclrole
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and (nsp.nspname is null or nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[])))
 group by maker.rolname, nsp.nspname, gra.rolname, acl.grantee, def.defaclrole, def.defaclnamespace
 order by object, detail
