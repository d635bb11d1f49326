-- The settings that the rules read. Each row is one statement: set local hedgerow.<name> = '<value>'.
-- psql runs them with \gexec; a setting that is set already is kept.
--
--   hedgerow.schemas         text[]  schemas under review: all except the system's, those of extensions,
--                                    and those in hedgerow.ignored_schemas
--   hedgerow.logins          oid[]   login roles under review, except superusers; names are accepted, too. If there is
--                                    none, the roles that have privileges or policies, except owners
--   hedgerow.platform_logins text[]  logins of a platform's own software: every other login is under review, as well
--                                    as those in hedgerow.logins
--   hedgerow.subjects        oid[]   the logins, the roles they can become (SET, INHERIT, ADMIN OPTION), 0 for PUBLIC
--   hedgerow.shared_tables   oid[]   tables declared to be shared by all tenants; names are accepted, too
--   hedgerow.variables       text[]  session variables that policies read, also through the functions they call
--   hedgerow.tenant_columns  text[]  columns that policies compare with a session value; otherwise the usual names.
--                                    On tables without any: a usual name, and columns that refer to the tenants
--   hedgerow.api_roles       oid[]   roles as which clients themselves query the database, through PostgREST
--   hedgerow.tenant_tables   oid[]   tables with a tenant column, row security, policies, or a foreign key to such;
--                                    the tenants' own table, if a subject may write it; and every table that the roles
--                                    of an API may write, because nothing else protects it
--
-- A rule reads them as `x in (select unnest(current_setting('hedgerow.subjects')::oid[]))`: evaluated once, and hashed.
-- `x = any (current_setting('hedgerow.subjects')::oid[])` would parse the text again for every row.
with recursive
given as materialized (
    select nullif(current_setting('hedgerow.schemas', true), '')::text[]                  as schemas,
           nullif(current_setting('hedgerow.ignored_schemas', true), '')::text[]          as ignored_schemas,
           nullif(current_setting('hedgerow.logins', true), '')::regrole[]::oid[]         as logins,
           nullif(current_setting('hedgerow.platform_logins', true), '')::text[]          as platform_logins,
           nullif(current_setting('hedgerow.subjects', true), '')::regrole[]::oid[]       as subjects,
           nullif(current_setting('hedgerow.api_roles', true), '')::regrole[]::oid[]      as api_roles,
           nullif(current_setting('hedgerow.shared_tables', true), '')::regclass[]::oid[] as shared_tables,
           nullif(current_setting('hedgerow.variables', true), '')::text[]                as variables,
           nullif(current_setting('hedgerow.tenant_columns', true), '')::text[]           as tenant_columns,
           nullif(current_setting('hedgerow.tenant_tables', true), '')::regclass[]::oid[] as tenant_tables
),
extension_member as materialized (
    select dep.classid, dep.objid
      from pg_catalog.pg_depend dep
     where dep.refclassid = 'pg_catalog.pg_extension'::regclass and dep.deptype = 'e'
),
schema as materialized (
    select nsp.oid, nsp.nspname
      from pg_catalog.pg_namespace nsp, given
     where case when given.schemas is not null then nsp.nspname = any (given.schemas)
                else nsp.nspname !~ '^pg_' and nsp.nspname <> 'information_schema'
                     and nsp.nspname <> all (coalesce(given.ignored_schemas, '{}'))
                     and (2615, nsp.oid) not in (select classid, objid from extension_member)
           end
),
-- --- roles -----------------------------------------------------------------------------------------------------------
can_login as materialized (
    select rol.oid from pg_catalog.pg_roles rol where rol.rolcanlogin and not rol.rolsuper
),
meant as materialized (  -- to be somebody's role, in a dump without logins
    select acl.grantee as oid
      from pg_catalog.pg_class rel
      join schema on schema.oid = rel.relnamespace, aclexplode(rel.relacl) acl
    union
    select unnest(pol.polroles)
      from pg_catalog.pg_policy pol
      join pg_catalog.pg_class rel on rel.oid = pol.polrelid
      join schema on schema.oid = rel.relnamespace
    except
    select rel.relowner from pg_catalog.pg_class rel join schema on schema.oid = rel.relnamespace
),
login as materialized (
    select rol.oid
      from pg_catalog.pg_roles rol, given
     where case when given.logins is not null
                then rol.oid = any (given.logins)
                     or rol.rolname <> all (given.platform_logins) and rol.oid in (select oid from can_login)
                when exists (select from can_login) then rol.oid in (select oid from can_login)
                else rol.oid in (select oid from meant) and not rol.rolsuper and not rol.rolbypassrls
           end
),
becomes as materialized (  -- before 16 every membership allows SET ROLE
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
     where mem.admin_option
        or coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
        or coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, true)
    union all
    select dat.datdba, rol.oid
      from pg_catalog.pg_database dat, pg_catalog.pg_roles rol
     where dat.datname = current_database() and rol.rolname = 'pg_database_owner'
),
subject as (
    select oid from login
    union
    select becomes.roleid from subject join becomes on becomes.member = subject.oid
),
api_role as materialized (  -- what an authenticator becomes, and Supabase's names
    select rol.oid
      from pg_catalog.pg_roles rol, given
     where case when given.api_roles is not null then rol.oid = any (given.api_roles)
                else rol.oid in (select oid from subject) and not rol.rolbypassrls
                     and (rol.rolname in ('anon', 'authenticated')
                          or exists (select
                                       from becomes
                                       join pg_catalog.pg_roles gate on gate.oid = becomes.member
                                      where becomes.roleid = rol.oid and gate.rolname = 'authenticator'))
           end
),
-- --- policies --------------------------------------------------------------------------------------------------------
policy as materialized (
    select pol.oid, pol.polrelid,
           concat_ws(' ', pg_get_expr(pol.polqual, pol.polrelid), pg_get_expr(pol.polwithcheck, pol.polrelid)) as text
      from pg_catalog.pg_policy pol
      join pg_catalog.pg_class rel on rel.oid = pol.polrelid
      join schema on schema.oid = rel.relnamespace
),
called as materialized (  -- functions that policies call
    select distinct pro.oid, pro.proname, coalesce(pg_get_function_sqlbody(pro.oid), pro.prosrc) as body
      from pg_catalog.pg_depend dep
      join policy on policy.oid = dep.objid
      join pg_catalog.pg_proc pro on pro.oid = dep.refobjid
     where dep.classid = 'pg_catalog.pg_policy'::regclass and dep.refclassid = 'pg_catalog.pg_proc'::regclass
),
reader as materialized (  -- functions that read a session variable, and that those functions may call in turn
    select pro.oid, pro.proname, coalesce(pg_get_function_sqlbody(pro.oid), pro.prosrc) as body
      from pg_catalog.pg_proc pro
     where pro.prosrc ~ 'current_setting' or pg_get_function_sqlbody(pro.oid) ~ 'current_setting'
),
source as (
    select text from policy
    union all
    select body from called
    union all
    select reader.body
      from reader
     where exists (select from called where position(reader.proname || '(' in called.body) > 0)
),
variable as (
    select distinct found[1] as name
      from source, regexp_matches(source.text, 'current_setting\(\s*''([^'']+)''', 'g') found
),
compared as materialized (  -- columns of a policy's own table beside = or IN, with no constant on the other side
    select distinct att.attname, att.attrelid, att.attnum
      from pg_catalog.pg_depend dep
      join policy on policy.oid = dep.objid and policy.polrelid = dep.refobjid
      join pg_catalog.pg_attribute att on att.attrelid = dep.refobjid and att.attnum = dep.refobjsubid
     where dep.classid = 'pg_catalog.pg_policy'::regclass and dep.refclassid = 'pg_catalog.pg_class'::regclass
       and att.atttypid <> 'bool'::regtype
       and policy.text ~ replace(
               '\mCOLUMN"?\)?(::[a-z ]+)?\)? (=|IN|= ANY) \(*( ?SELECT )?\(*(?!(true|false|NULL|ARRAY|ANY)\M)[a-zA-Z_"]'
               '|[a-z)"] = \(*("?\w+"?\.)?"?COLUMN\M',
               'COLUMN', regexp_replace(att.attname, '([^[:alnum:]_ ])', '\\\1', 'g'))
),
entity as (  -- a tenant's or user's own table is found by its key, which is no tenant column elsewhere
    select ind.indrelid, ind.indkey[0] as attnum
      from pg_catalog.pg_index ind
     where ind.indisprimary and ind.indnkeyatts = 1
),
relation as materialized (
    select rel.oid, rel.relrowsecurity
      from pg_catalog.pg_class rel
      join schema on schema.oid = rel.relnamespace
     where rel.relkind in ('r', 'p') and rel.relpersistence <> 't'
       and (1259, rel.oid) not in (select classid, objid from extension_member)
),
counted as (
    select compared.attname, count(distinct compared.attrelid) as tables
      from compared
     where (compared.attrelid, compared.attnum) not in (select indrelid, attnum from entity)
     group by compared.attname
),
inferred_column as (  -- the most common name, and names nearly as common
    select attname from counted where tables * 3 >= (select max(tables) from counted)
),
named as materialized (  -- columns with a usual name of the tenant, in any case: tenant_id, "tenantId", "TenantID"
    select rel.oid as relation, att.attnum, att.attname, lower(replace(att.attname, '_', '')) as name
      from pg_catalog.pg_attribute att
      join relation rel on rel.oid = att.attrelid
     where att.attnum > 0 and not att.attisdropped
       and lower(replace(att.attname, '_', '')) in (
               'tenantid', 'organizationid', 'organisationid', 'orgid',
               'accountid', 'workspaceid', 'teamid', 'companyid', 'customerid',
               'userid', 'ownerid', 'owner', 'authorid', 'createdby', 'profileid')
),
plain as (  -- names that can have no other meaning
    select relation, attname, name
      from named
     where name in ('tenantid', 'organizationid', 'organisationid', 'orgid')
),
usual_column as (
    select attname from plain
    union
    select named.attname
      from named
      join (select name
              from named
             where name in ('accountid', 'workspaceid', 'teamid', 'companyid', 'customerid')
                or exists (select from api_role)
             group by name
            having count(distinct relation) * 2 > (select count(*) from relation) or exists (select from api_role)
           ) common on common.name = named.name
),
known_column as materialized (
    select attname from inferred_column
    union
    select attname from usual_column where not exists (select from inferred_column)
),
reference as materialized (  -- by one column, to a table under review
    select con.conrelid, con.confrelid, att.attname
      from pg_catalog.pg_constraint con
      join relation rel on rel.oid = con.confrelid
      join pg_catalog.pg_attribute att on att.attrelid = con.conrelid and att.attnum = con.conkey[1]
     where con.contype = 'f' and cardinality(con.conkey) = 1
),
root as materialized (  -- the tenants' own table: what tenant columns refer to; a person is no tenant here
    select reference.confrelid as oid
      from reference
      join known_column on known_column.attname = reference.attname
     where reference.attname !~* '(^|_)(user|owner|author|creator|profile|person|member|created_?by)(_?id)?$'
    union
    select rel.oid
      from relation
      join pg_catalog.pg_class rel on rel.oid = relation.oid
      join entity on entity.indrelid = rel.oid
      join plain on plain.name in (lower(replace(rel.relname, '_', '')) || 'id',
                                   regexp_replace(lower(replace(rel.relname, '_', '')), 's$', '') || 'id')
),
keyed as materialized (
    select att.attrelid
      from pg_catalog.pg_attribute att
      join known_column on known_column.attname = att.attname
     where not att.attisdropped and att.attnum > 0
),
sister_column as (  -- another name of the tenant, on tables that have none of the known ones
    select plain.attname from plain where plain.relation not in (select attrelid from keyed)
    union
    select reference.attname
      from reference
     where reference.confrelid in (select oid from root) and reference.conrelid not in (select oid from root)
       and reference.conrelid not in (select attrelid from keyed)
),
tenant_column as materialized (
    select unnest(given.tenant_columns) as name from given
    union
    select attname from known_column, given where given.tenant_columns is null
    union
    select attname from sister_column, given where given.tenant_columns is null
),
shared as materialized (
    select unnest(given.shared_tables) as oid from given
),
-- --- tables ----------------------------------------------------------------------------------------------------------
parent as materialized (
    select con.conrelid as child, con.confrelid as parent
      from pg_catalog.pg_constraint con
     where con.contype = 'f'
    union
    select inh.inhrelid, inh.inhparent from pg_catalog.pg_inherits inh
),
written as materialized (  -- by the roles of an API
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
     where acl.privilege_type in ('INSERT', 'UPDATE', 'DELETE')
       and (acl.grantee in (select oid from api_role) or acl.grantee = 0 and exists (select from api_role))
),
writable_root as (  -- tables of tenants in which a session may change more than its own row
    select root.oid
      from root
      join pg_catalog.pg_class rel on rel.oid = root.oid
     where exists (select from subject where oid = 'pg_write_all_data'::regrole)
        or exists (select from aclexplode(rel.relacl) acl
                    where acl.privilege_type in ('INSERT', 'UPDATE', 'DELETE')
                      and (acl.grantee = 0 or acl.grantee in (select oid from subject)))
        or exists (select
                     from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
                    where att.attrelid = rel.oid and acl.privilege_type in ('INSERT', 'UPDATE')
                      and (acl.grantee = 0 or acl.grantee in (select oid from subject)))
),
tenant as (
    select relation.oid
      from relation
     where relation.oid not in (select oid from shared)
       and (relation.relrowsecurity
            or relation.oid in (select polrelid from policy)
            or relation.oid in (select oid from written)
            or relation.oid in (select oid from writable_root)
            or relation.oid in (select att.attrelid
                                  from pg_catalog.pg_attribute att
                                  join tenant_column on tenant_column.name = att.attname
                                 where not att.attisdropped and att.attnum > 0))
    union
    select relation.oid
      from tenant
      join parent on parent.parent = tenant.oid
      join relation on relation.oid = parent.child
     where relation.oid not in (select oid from shared)
)
select format('set local hedgerow.schemas = %L', array(select nspname::text from schema order by nspname)) as statement
union all
select format('set local hedgerow.logins = %L', array(select oid from login order by oid))
union all
select format('set local hedgerow.subjects = %L',
              coalesce(given.subjects, array(select oid from subject union select 0::oid order by oid)))
  from given
union all
select format('set local hedgerow.api_roles = %L', array(select oid from api_role order by oid))
union all
select format('set local hedgerow.shared_tables = %L', array(select oid from shared order by oid))
union all
select format('set local hedgerow.variables = %L',
              coalesce(given.variables, array(select name from variable order by name)))
  from given
union all
select format('set local hedgerow.tenant_columns = %L', array(select name::text from tenant_column order by name))
union all
select format('set local hedgerow.tenant_tables = %L',
              coalesce(given.tenant_tables, array(select oid from tenant order by oid)))
  from given
