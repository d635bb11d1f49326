-- The reasons why an application's login is unfit to serve tenants: a row for each, with its remedy.
-- Parameters: the schemas of the tenant tables, and the column that holds the tenant of a row.
with
given as (
    select ?::text[] as schemas, ?::text as tenant_column
),
relation as (
    select rel.oid, rel.relowner, rel.relrowsecurity, rel.relforcerowsecurity,
           format('%I.%I', nsp.nspname, rel.relname) as name
      from given
      join pg_catalog.pg_namespace nsp on nsp.nspname = any (given.schemas)
      join pg_catalog.pg_class rel on rel.relnamespace = nsp.oid and rel.relkind in ('r', 'p')
),
-- Tables with the column, and the table of tenants itself, to whose key the column refers.
tenant_table as (
    select rel.*, att.attnum as tenant
      from given, relation rel
      join pg_catalog.pg_attribute att on att.attrelid = rel.oid and att.attnum > 0 and not att.attisdropped
     where att.attname = given.tenant_column
    union
    select root.*, con.confkey[1]
      from given, pg_catalog.pg_constraint con
      join relation root on root.oid = con.confrelid
      join pg_catalog.pg_attribute att on att.attrelid = con.conrelid and att.attnum = con.conkey[1]
     where con.contype = 'f' and cardinality(con.conkey) = 1 and att.attname = given.tenant_column
),
-- Policies that restrict reading and writing for everybody, and read the column.
fence as (
    select pol.polrelid, dep.refobjsubid as tenant
      from pg_catalog.pg_policy pol
      join pg_catalog.pg_depend dep
        on dep.classid = 'pg_catalog.pg_policy'::regclass and dep.objid = pol.oid
       and dep.refclassid = 'pg_catalog.pg_class'::regclass and dep.refobjid = pol.polrelid
     where not pol.polpermissive and pol.polcmd = '*' and pol.polroles = '{0}' and pol.polqual is not null
),
-- Distributed tables of Citus, whose shards have restrictive policies as permissive ones; without the
-- extension there is no such table.
distributed as (
    select found[1]::oid as oid
      from pg_catalog.regexp_matches(
               case when pg_catalog.to_regclass('pg_catalog.pg_dist_partition') is not null
                    then pg_catalog.query_to_xml(
                             'select logicalrelid::oid as oid from pg_catalog.pg_dist_partition',
                             false, false, '')::text end,
               '<oid>(\d+)</oid>', 'g') found
),
self as (
    select oid, rolname, rolsuper from pg_catalog.pg_roles where rolname = session_user
),
-- Every role that the login is or can become. A superuser can become all, which is not reported again.
power as (
    select self.rolname as login, rol.oid, rol.rolname, rol.rolsuper, rol.rolbypassrls
      from self
      join pg_catalog.pg_roles rol
        on rol.oid = self.oid or not self.rolsuper and pg_catalog.pg_has_role(self.oid, rol.oid, 'member')
)

select case when rolname = login then format('the login %I is a superuser', login)
            else format('the login %I can become %I, a superuser', login, rolname) end as what,
       case when rolname = login then 'connect as another login, one that is not a superuser'
            else format('revoke %I from %I', rolname, login) end as mend
  from power where rolsuper
union all
select case when rolname = login then format('row security does not bind the login %I (BYPASSRLS)', login)
            else format('the login %I can become %I, which row security does not bind', login, rolname) end,
       case when rolname = login then 'connect as another login, one without BYPASSRLS'
            else format('revoke %I from %I', rolname, login) end
  from power where rolbypassrls
union all
select case when rolname = login then format('the login %I owns %s', login, rel.name)
            else format('the login %I can become %I, the owner of %s', login, rolname, rel.name) end,
       case when rolname = login then 'connect as another login, one that owns no table'
            else format('revoke %I from %I', rolname, login) end
  from power join relation rel on rel.relowner = power.oid
union all
select format('the login %I may make temporary tables', rolname),
       format('revoke temporary on database %I from public, %I', current_database(), rolname)
  from self where pg_catalog.has_database_privilege(oid, current_database(), 'temporary') and not rolsuper
union all
select format('the login %I may make schemas', rolname),
       format('revoke create on database %I from public, %I', current_database(), rolname)
  from self where pg_catalog.has_database_privilege(oid, current_database(), 'create') and not rolsuper
union all
select format('the login %I may make objects in the schema %I', rolname, nsp.nspname),
       format('revoke create on schema %I from public, %I', nsp.nspname, rolname)
  from self
  join pg_catalog.pg_namespace nsp on pg_catalog.has_schema_privilege(self.oid, nsp.oid, 'create')
 where not rolsuper and nsp.nspname !~ '^pg_(temp|toast)'
union all
select format('the login %I may set the parameter %s, from which %s reads the session', power.rolname, par.parname,
              min(pro.oid::regprocedure::text)),
       format('revoke set on parameter %s from public, %I', par.parname, power.rolname)
  from given, power, pg_catalog.pg_parameter_acl par
  join pg_catalog.pg_proc pro on pro.prokind = 'f' and not pro.prosecdef
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
 where nsp.nspname = any (given.schemas)
   and not power.rolsuper
   and pg_catalog.has_parameter_privilege(power.oid, par.parname, 'set')
   and strpos(pg_catalog.pg_get_functiondef(pro.oid), format('current_setting(%L', par.parname)) > 0
 group by power.rolname, par.parname
union all
select format('%s has no row security', name), format('alter table %s enable row level security', name)
  from tenant_table where not relrowsecurity
union all
select format('row security does not bind the owner of %s', name),
       format('alter table %s force row level security', name)
  from relation where relrowsecurity and not relforcerowsecurity
union all
select format('%s has no fence', name),
       format('create policy fence on %s as restrictive for all to public using (...)', name)
  from tenant_table
 where not exists (select from fence where fence.polrelid = tenant_table.oid and fence.tenant = tenant_table.tenant)
union all
select format('there is no table with a column %I in the schemas %s', tenant_column, array_to_string(schemas, ', ')),
       'name the schemas of the tenant tables, and their column'
  from given where not exists (select from tenant_table)
 union all
select format('Citus makes the restrictive policies of %s permissive on its shards',
              string_agg(distinct pol.polrelid::regclass::text, ', ')),
       'serve tenants from PostgreSQL servers without Citus'
  from distributed join pg_catalog.pg_policy pol on pol.polrelid = distributed.oid and not pol.polpermissive
having count(*) > 0;
