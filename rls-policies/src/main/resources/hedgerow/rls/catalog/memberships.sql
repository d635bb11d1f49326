-- Memberships. Before 16, SET ROLE was always allowed, and inheritance was an attribute of the member. The
-- owner of the database is an implicit member of pg_database_owner.
select mem.member, mem.roleid as role, mem.admin_option as admin,
       coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit) as inherit,
       coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true) as set
  from pg_catalog.pg_auth_members mem
  join pg_catalog.pg_roles rol on rol.oid = mem.member
union all
select dat.datdba, rol.oid, false, true, true
  from pg_catalog.pg_database dat, pg_catalog.pg_roles rol
 where dat.datname = current_database() and rol.rolname = 'pg_database_owner'
 order by member, role
