-- Every privilege on every object, including defaults. Class, object, column (0: the whole), grantee (0:
-- PUBLIC).
select 'relation' as class, rel.oid as object, 0 as part, acl.grantee, acl.grantor, acl.privilege_type as privilege,
       acl.is_grantable as grantable
  from pg_catalog.pg_class rel
 cross join lateral aclexplode(coalesce(rel.relacl, acldefault(case rel.relkind when 'S' then 's' else 'r' end::"char",
                                                               rel.relowner))) acl
 where rel.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and rel.relpersistence <> 't'
union all
select 'relation', att.attrelid, att.attnum, acl.grantee, acl.grantor, acl.privilege_type, acl.is_grantable
  from pg_catalog.pg_attribute att
 cross join lateral aclexplode(att.attacl) acl
 where att.attacl is not null and not att.attisdropped
union all
select 'function', pro.oid, 0, acl.grantee, acl.grantor, acl.privilege_type, acl.is_grantable
  from pg_catalog.pg_proc pro
 cross join lateral aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
union all
select 'schema', nsp.oid, 0, acl.grantee, acl.grantor, acl.privilege_type, acl.is_grantable
  from pg_catalog.pg_namespace nsp
 cross join lateral aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
union all
select 'database', dat.oid, 0, acl.grantee, acl.grantor, acl.privilege_type, acl.is_grantable
  from pg_catalog.pg_database dat
 cross join lateral aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
 where dat.datname = current_database()
union all
select 'server', srv.oid, 0, acl.grantee, acl.grantor, acl.privilege_type, acl.is_grantable
  from pg_catalog.pg_foreign_server srv
 cross join lateral aclexplode(coalesce(srv.srvacl, acldefault('S', srv.srvowner))) acl
union all
select 'language', lng.oid, 0, acl.grantee, acl.grantor, acl.privilege_type, acl.is_grantable
  from pg_catalog.pg_language lng
 cross join lateral aclexplode(coalesce(lng.lanacl, acldefault('l', lng.lanowner))) acl
union all
select 'default', dea.oid, 0, acl.grantee, acl.grantor, acl.privilege_type, acl.is_grantable
  from pg_catalog.pg_default_acl dea
 cross join lateral aclexplode(dea.defaclacl) acl
