-- Memberships. Before 16 the grantor is recorded, but has no effect.
select 'pg_catalog.pg_auth_members'::regclass::oid as class, mem.roleid as object,
       format('membership of role %I in role %I', usr.rolname, rol.rolname) as name,
       case when mem.options ? 'inherit_option'
            then format('grant %I to %I with admin %s, inherit %s, set %s granted by %s', rol.rolname, usr.rolname,
                        mem.options ->> 'admin_option', mem.options ->> 'inherit_option', mem.options ->> 'set_option',
                        case when mem.grantor = 10 then 'current_user' else quote_ident(gra.rolname) end)
            else format('grant %I to %I%s', rol.rolname, usr.rolname,
                        case when (mem.options ->> 'admin_option')::boolean then ' with admin option' else '' end)
       end as statement
  from (select roleid, member, grantor, to_jsonb(pg_auth_members) as options from pg_catalog.pg_auth_members) mem
  join pg_catalog.pg_roles rol on rol.oid = mem.roleid
  join pg_catalog.pg_roles usr on usr.oid = mem.member
  join pg_catalog.pg_roles gra on gra.oid = mem.grantor
 where mem.roleid >= 16384 or mem.member >= 16384 or mem.member = 10
 order by rol.rolname, usr.rolname, mem.grantor = 10, gra.rolname
