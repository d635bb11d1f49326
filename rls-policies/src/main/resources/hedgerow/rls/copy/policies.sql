-- Policies, including those of an extension's tables.
select 'pg_catalog.pg_policy'::regclass::oid as class, pol.oid as object,
       format('policy %I of %I.%I', pol.polname, nsp.nspname, rel.relname) as name,
       format('create policy %I on %I.%I as %s for %s to %s%s%s', pol.polname, nsp.nspname, rel.relname,
              case when pol.polpermissive then 'permissive' else 'restrictive' end,
              case pol.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                              when 'd' then 'delete' else 'all' end,
              (select string_agg(case when role = 0 then 'public' else quote_ident(rol.rolname) end, ', '
                                 order by place)
                 from unnest(pol.polroles) with ordinality as roles (role, place)
                 left join pg_catalog.pg_roles rol on rol.oid = role),
              ' using (' || pg_get_expr(pol.polqual, pol.polrelid) || ')',
              ' with check (' || pg_get_expr(pol.polwithcheck, pol.polrelid) || ')') as statement,
       rel.oid as relation
  from pg_catalog.pg_policy pol
  join pg_catalog.pg_class rel on rel.oid = pol.polrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where pol.oid >= 16384 and rel.relpersistence <> 't'
 order by pol.oid
