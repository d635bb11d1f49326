-- The policies that bind the role of this connection, by table.
select c.relname,
       p.polname,
       p.polpermissive,
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
                     else 'all' end,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid),
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
  from pg_catalog.pg_policy p
  join pg_catalog.pg_class c on c.oid = p.polrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname = 'app'
   and exists (select from unnest(p.polroles) role
                where role = 0 or pg_catalog.pg_has_role(current_user, role, 'usage'))
 order by c.relname, p.polpermissive, p.polname
