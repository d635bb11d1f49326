-- Constraints of domains. From 17 on, NOT NULL has a name.
select 'pg_catalog.pg_constraint'::regclass::oid as class, con.oid as object,
       format('constraint %I of domain %I.%I', con.conname, nsp.nspname, typ.typname) as name,
       format('alter domain %I.%I add constraint %I %s', nsp.nspname, typ.typname, con.conname,
              pg_get_constraintdef(con.oid)) as statement
  from pg_catalog.pg_constraint con
  join pg_catalog.pg_type typ on typ.oid = con.contypid
  join pg_catalog.pg_namespace nsp on nsp.oid = typ.typnamespace
 where typ.oid >= 16384
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_type'::regclass and dep.objid = typ.oid and dep.deptype = 'e')
union all
select 'pg_catalog.pg_type'::regclass, typ.oid, format('%s of domain %I.%I', clause.what, nsp.nspname, typ.typname),
       format('alter domain %I.%I set %s', nsp.nspname, typ.typname, clause.words)
  from pg_catalog.pg_type typ
  join pg_catalog.pg_namespace nsp on nsp.oid = typ.typnamespace
 cross join lateral (
     values ('default', 'default ' || pg_get_expr(typ.typdefaultbin, 0)),
            ('obligation', case when typ.typnotnull and current_setting('server_version_num')::int < 170000
                                then 'not null' end)) as clause (what, words)
 where typ.oid >= 16384 and typ.typtype = 'd' and clause.words is not null
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_type'::regclass and dep.objid = typ.oid and dep.deptype = 'e')
 order by 2, 3
