-- A review of row-level security for psql alone, generated from rls-policies/rules; do not edit it:
--  mvn -pl rls-policies -am -Dregenerate -Dtest=ReviewScriptTest -Dsurefire.failIfNoSpecifiedTests=false test
--
--  psql -X -q -f rls-policies/review.sql "$DATABASE_URL" > findings.csv
--
-- Any role that reads the catalogs will do; nothing is written. The entries of hedgerow.yaml are settings
-- here, as in: PGOPTIONS="-c hedgerow.schemas={app}" psql ... (rules/settings.sql has the list).
-- Not included: 43 rules about expressions, and whether a suspicion is true; `hedgerow review` has both.
\set QUIET on
\set ON_ERROR_ROLLBACK on
\pset format csv
\pset tuples_only on
\timing off
begin transaction isolation level repeatable read read only;
set local search_path = pg_catalog, pg_temp;
set local jit = off;

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
\gexec
\echo rule,severity,object,detail,fix

-- --- admin-option-reachable ------------------------------------------------------------------------------------------
select 'admin-option-reachable' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with recursive option as (
    select mem.member, mem.roleid, mem.grantor, mem.admin_option,
           coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)                   as sets,
           coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)     as inherits
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
),
reach as (  -- each login, and the roles that it can be
    select unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select option.roleid from reach join option on option.member = reach.role and (option.sets or option.inherits)
),
owner as (
    select distinct rel.relowner as oid
      from pg_catalog.pg_class rel
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
),
leads as (  -- from a role to the roles that it can become in turn
    select distinct option.roleid as start, option.roleid as role from option where option.admin_option
    union
    select leads.start, option.roleid
      from leads join option on option.member = leads.role and (option.sets or option.inherits or option.admin_option)
),
strong as (
    select distinct leads.start as oid
      from leads join pg_catalog.pg_roles rol on rol.oid = leads.role
     where rol.rolsuper or rol.rolbypassrls or rol.oid in (select oid from owner)
        or rol.rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
)
select format('role %I', mem.rolname)                                                     as object,
       format('holds %I WITH ADMIN OPTION: it may grant itself that role, and pass it on%s',
              tar.rolname,
              case when strong.oid is not null then ', and from there escape row security' end) as detail,
       format('revoke admin option for %I from %I%s', tar.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                        as fix,
       strong.oid is not null
       or not exists (select from option other
                       where other.member = option.member and other.roleid = option.roleid and other.sets) as exposed
  from option
  join pg_catalog.pg_roles mem on mem.oid = option.member
  join pg_catalog.pg_roles tar on tar.oid = option.roleid
  left join pg_catalog.pg_roles gra on gra.oid = option.grantor
  left join strong on strong.oid = option.roleid
 where option.admin_option and not mem.rolsuper
   and option.member in (select role from reach)
 order by object, detail
) rule
 order by object, detail;

-- --- advisory-locks-open ---------------------------------------------------------------------------------------------
select 'advisory-locks-open' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
select 'database ' || quote_ident(current_database())                                           as object,
       format('%s may take advisory locks, which all tenants share: a way to block, and to signal',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))                 as detail,
       format('revoke execute on function %s from %s',
              string_agg(distinct format('pg_catalog.%I(%s)', pro.proname, oidvectortypes(pro.proargtypes)), ', '),
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))          as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_proc pro
  cross join aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where pro.pronamespace = 'pg_catalog'::regnamespace
   and pro.proname ~ '^pg_(try_)?advisory_(xact_)?lock'
   and acl.grantee <> pro.proowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
having count(*) > 0
 order by object
) rule
 order by object, detail;

-- --- anonymous-role-privileged ---------------------------------------------------------------------------------------
select 'anonymous-role-privileged' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
select format('role %I', rol.rolname)                                                         as object,
       format('stands for callers that nobody knows, and holds privileges on %s tenant table(s) such as %s',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                       as detail,
       format('revoke all on %s from %I',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              rol.rolname)                                                                    as fix,
       true                                                                                   as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     rol on rol.rolname ~ '(^|_)anon(ymous)?(_|$)'
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and exists (select from aclexplode(rel.relacl) acl where acl.grantee = rol.oid)
 group by rol.rolname
 order by object
) rule
 order by object, detail;

-- --- bypass-role-reachable -------------------------------------------------------------------------------------------
select 'bypass-role-reachable' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with recursive edge as (  -- who may SET ROLE to whom: before 16 every member may
    select mem.member, mem.roleid, mem.grantor
      from pg_catalog.pg_auth_members mem
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as login,
           unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select reach.login, edge.roleid from reach join edge on edge.member = reach.role
)
select format('role %I', mem.rolname)                                                          as object,
       format('may SET ROLE to %I, which %s; from there every row is open to %s',
              pri.rolname, case when pri.rolsuper then 'is a superuser' else 'has BYPASSRLS' end,
              array_to_string((array_agg(distinct log.rolname::text))[1:3], ', '))             as detail,
       format('revoke %I from %I%s', pri.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                             as fix,
       true                                                                                    as exposed
  from edge
  join reach                  on reach.role = edge.member
  join pg_catalog.pg_roles log on log.oid = reach.login
  join pg_catalog.pg_roles mem on mem.oid = edge.member
  join pg_catalog.pg_roles pri on pri.oid = edge.roleid
  left join pg_catalog.pg_roles gra on gra.oid = edge.grantor
 where (pri.rolsuper or pri.rolbypassrls) and not mem.rolsuper
 group by mem.rolname, pri.rolname, pri.rolsuper, gra.oid, gra.rolname
 order by object, detail
) rule
 order by object, detail;

-- --- cascade-across-tenants ------------------------------------------------------------------------------------------
select 'cascade-across-tenants' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
tenant_column as (  -- a person's own id says who made a row, not whose it is
    select att.attrelid, att.attnum, att.attname, att.attnotnull
      from pg_catalog.pg_attribute att
     where att.attrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
       and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[]))
       and att.attname !~* '(^|_)(user|owner|author|creator|profile|person|member|created_?by)(_?id)?$'
       and att.attnum > 0 and not att.attisdropped
),
writable as (
    select rel.oid as relation
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
),
keyed as materialized (  -- joined one by one; otherwise all tenant columns would be paired first
    select con.oid, con.conname, con.conrelid, con.confrelid, con.conkey, con.confkey, con.confdeltype,
           con.confupdtype, con.confmatchtype, child.attname,
           coalesce((to_jsonb(con) ->> 'conperiod')::boolean, false) as temporal  -- since 18
      from pg_catalog.pg_constraint con
      join tenant_column child on child.attrelid = con.conrelid
     where con.contype = 'f' and con.conparentid = 0
       and (con.confdeltype in ('c', 'n', 'd') or con.confupdtype in ('c', 'n', 'd'))
       and coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true)  -- since 18
),
loose as (  -- both sides have the tenant column, and the key leaves it out
    select con.oid, con.conname, con.conrelid, con.confrelid, con.conkey, con.confkey, con.confdeltype,
           con.confupdtype, con.confmatchtype, con.temporal, min(con.attname::text) as tenant
      from keyed con
      join tenant_column parent on parent.attrelid = con.confrelid and parent.attname = con.attname
     where not exists (select from tenant_column used
                        where used.attrelid = con.conrelid and used.attnum = any (con.conkey))
     group by con.oid, con.conname, con.conrelid, con.confrelid, con.conkey, con.confkey, con.confdeltype,
              con.confupdtype, con.confmatchtype, con.temporal
),
spelled as (
    select loose.*,
           format('%I.%I', cns.nspname, chi.relname) as child, format('%I.%I', pns.nspname, par.relname) as parent,
           chi.relname as child_name, par.relkind as parent_kind,
           (select string_agg(quote_ident(att.attname), ', ' order by position)
              from unnest(loose.conkey) with ordinality as key (attnum, position)
              join pg_catalog.pg_attribute att on att.attrelid = loose.conrelid and att.attnum = key.attnum) as columns,
           (select string_agg(quote_ident(att.attname), ', ' order by position)
              from unnest(loose.confkey) with ordinality as key (attnum, position)
              join pg_catalog.pg_attribute att on att.attrelid = loose.confrelid and att.attnum = key.attnum) as target,
           exists (select from pg_catalog.pg_index ind
                     join tenant_column ten on ten.attrelid = loose.confrelid and ten.attname = loose.tenant
                    where ind.indrelid = loose.confrelid and ind.indisunique and ind.indpred is null
                      and (ind.indkey::int2[])[0:ind.indnkeyatts - 1] @> (loose.confkey || ten.attnum)
                      and ind.indnkeyatts = cardinality(loose.confkey) + 1
                      and ind.indimmediate and ind.indisvalid) as has_key,
           exists (select from pg_catalog.pg_attribute att
                    where att.attrelid = loose.conrelid and att.attnum = any (loose.conkey)
                      and not att.attnotnull) as optional
      from loose
      join pg_catalog.pg_class     chi on chi.oid = loose.conrelid
      join pg_catalog.pg_namespace cns on cns.oid = chi.relnamespace
      join pg_catalog.pg_class     par on par.oid = loose.confrelid
      join pg_catalog.pg_namespace pns on pns.oid = par.relnamespace
),
kept as (  -- MATCH, actions, DEFERRABLE, NOT VALID and NOT ENFORCED, unchanged
    select spelled.oid,
           regexp_replace(
               substr(pg_get_constraintdef(spelled.oid),
                      length(format('FOREIGN KEY (%s) REFERENCES %s(%s)', columns, parent, target)) + 1),
               '( ON DELETE SET (NULL|DEFAULT))(?! \()', format('\1 (%s)', columns)) as rest,
           obj_description(spelled.oid, 'pg_constraint') as comment
      from spelled
)
select format('%s constraint %I', child, conname)                                               as object,
       format('%s in %s %s rows of %s of any tenant, past every policy',
              case when confdeltype in ('c', 'n', 'd') then 'a delete' else 'a changed key' end, parent,
              case when confdeltype = 'c' then 'deletes' else 'changes' end, child) as detail,
       case when (has_key or parent_kind = 'r') and not temporal and confupdtype in ('a', 'r', 'c')
                 and not (confmatchtype = 'f' and optional) then  -- otherwise no such key has the same meaning
            case when not has_key
                 then format('alter table %s add unique (%I, %s); ', parent, tenant, target) else '' end
            || format('alter table %1$s drop constraint %2$I, add constraint %2$I foreign key (%3$I, %4$s) '
                      'references %5$s (%3$I, %6$s)%7$s',
                      child, conname, tenant, columns, parent, target, kept.rest)
            || coalesce(format('; comment on constraint %I on %s is ', conname, child) || quote_literal(kept.comment),
                        '')
       end                                                                                      as fix,
       conrelid in (select relation from writable)                                              as exposed
  from spelled
  join kept on kept.oid = spelled.oid
 order by object
) rule
 order by object, detail;

-- --- catalog-secrets-granted -----------------------------------------------------------------------------------------
select 'catalog-secrets-granted' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select format('pg_catalog.%I', rel.relname)                                                     as object,
       format('%s may read it, and so %s', string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '),
              case rel.relname
                  when 'pg_authid' then 'the password hashes of all roles'
                  when 'pg_largeobject' then 'the contents of all large objects'
                  when 'pg_user_mapping' then 'the passwords of user mappings'
                  when 'pg_subscription' then 'the passwords of subscriptions'
                  else 'values sampled from every column of every table, whatever the policies are' end) as detail,
       format('revoke select on table pg_catalog.%I from %s', rel.relname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))          as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_class rel
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where rel.relnamespace = 'pg_catalog'::regnamespace
   and rel.relname in ('pg_statistic', 'pg_statistic_ext_data', 'pg_authid', 'pg_largeobject', 'pg_user_mapping',
                       'pg_subscription')
   and acl.privilege_type = 'SELECT' and acl.grantee <> rel.relowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by rel.relname
 order by object
) rule
 order by object, detail;

-- --- createrole-login ------------------------------------------------------------------------------------------------
select 'createrole-login' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with version as (
    select current_setting('server_version_num')::int < 160000 as grants_all
)
select format('role %I', rol.rolname)                                                          as object,
       case when version.grants_all
            then 'has CREATEROLE, which before PostgreSQL 16 may grant itself any role that is not a superuser'
            else 'has CREATEROLE: it may make roles that log in, and administer the roles it made' end as detail,
       format('alter role %I nocreaterole', rol.rolname)                                       as fix,
       version.grants_all                                                                      as exposed
  from pg_catalog.pg_roles rol, version
 where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and rol.rolcreaterole and not rol.rolsuper
 order by object
) rule
 order by object, detail;

-- --- database-create-privilege ---------------------------------------------------------------------------------------
select 'database-create-privilege' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select 'database ' || quote_ident(dat.datname)                                            as object,
       format('%s may create schemas and trusted extensions in it',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))           as detail,
       format('revoke create on database %I from %s', dat.datname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))    as fix,
       true                                                                               as exposed
  from pg_catalog.pg_database dat
  cross join aclexplode(dat.datacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where dat.datname = current_database()
   and acl.privilege_type = 'CREATE' and acl.grantee <> dat.datdba
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by dat.datname
 order by object
) rule
 order by object, detail;

-- --- dblink-executable -----------------------------------------------------------------------------------------------
select 'dblink-executable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select distinct ext.extname, nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes) as args,
           acl.grantee, rol.rolname
      from pg_catalog.pg_extension ext
      join pg_catalog.pg_depend    dep on dep.refclassid = 'pg_catalog.pg_extension'::regclass
                                      and dep.refobjid = ext.oid and dep.deptype = 'e'
                                      and dep.classid = 'pg_catalog.pg_proc'::regclass
      join pg_catalog.pg_proc      pro on pro.oid = dep.objid
      join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace,
           aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
      left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
     where ext.extname = 'dblink'
       and pro.proname in ('dblink', 'dblink_connect', 'dblink_connect_u', 'dblink_exec', 'dblink_open')
       and acl.grantee in (select oid from subject)
       and acl.grantee <> pro.proowner
)
select format('extension %I', extname)                                                          as object,
       format('%s may open connections out of a session, as another user if a password or a trusted path is at hand',
              string_agg(distinct coalesce(rolname::text, 'PUBLIC'), ', '))                     as detail,
       format('revoke execute on function %s from %s',
              string_agg(distinct format('%I.%I(%s)', nspname, proname, args), ', '),
              string_agg(distinct coalesce(quote_ident(rolname), 'public'), ', '))              as fix,
       true                                                                                     as exposed
  from granted
 group by extname
 order by object
) rule
 order by object, detail;

-- --- default-privileges-broad ----------------------------------------------------------------------------------------
select 'default-privileges-broad' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
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
) rule
 order by object, detail;

-- --- definer-bypasses-rls --------------------------------------------------------------------------------------------
select 'definer-bypasses-rls' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with recursive subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
edge as (
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
helper as (  -- functions of policies must see rows that the caller may not see
    select dep.refobjid as oid
      from pg_catalog.pg_depend dep
     where dep.classid = 'pg_catalog.pg_policy'::regclass and dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select dep.refobjid
      from helper
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = helper.oid
                                   and dep.refclassid = 'pg_catalog.pg_proc'::regclass
),
definer as (
    select pro.oid, pro.proname, pro.proargtypes, pro.proowner, nsp.nspname,
           regexp_replace(regexp_replace(coalesce(pg_get_function_sqlbody(pro.oid), pro.prosrc), '--[^\n]*', '', 'g'),
                          '/\*.*?\*/', '', 'g') as body
      from pg_catalog.pg_proc pro
      join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
      join pg_catalog.pg_language  lan on lan.oid = pro.prolang
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and pro.prosecdef
       and lan.lanname not in ('c', 'internal')
       and pro.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
       and pro.oid not in (select oid from helper)
       and not exists (select from pg_catalog.pg_depend dep
                        where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                          and dep.deptype = 'e')
),
has as (
    select proowner as role, proowner as target from definer
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target
),
pinned as (  -- those that ask for the session's tenant themselves
    select definer.oid from definer where definer.body ~* '\mcurrent_setting\s*\('
    union
    select definer.oid
      from definer
      join helper on true
      join pg_catalog.pg_proc pro on pro.oid = helper.oid
     where definer.body ~* ('\m' || regexp_replace(pro.proname, '(\W)', '\\\1', 'g') || '"?\s*\(')
),
fenced as (
    select rel.oid, rel.relname, rel.relowner, rel.relforcerowsecurity, nsp.nspname
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where rel.relrowsecurity
),
word as (
    select distinct definer.oid, replace(found[2], '"', '') as schema, replace(found[3], '"', '') as name
      from definer,
           regexp_matches(definer.body, '\m(from|join|into|update|only|using|table)\s+'
                                        '(?:("?[\w$]+"?)\s*\.\s*)?("?[\w$]+"?)', 'gi') found
),
reads as (
    select word.oid as routine, fenced.oid as relation
      from word
      join fenced on lower(fenced.relname) = lower(word.name)
                 and (word.schema is null or lower(fenced.nspname) = lower(word.schema))
    union
    select definer.oid, fenced.oid  -- named in a parsed body
      from definer
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = definer.oid
                                   and dep.refclassid = 'pg_catalog.pg_class'::regclass
      join fenced on fenced.oid = dep.refobjid
)
select format('function %I.%I(%s)', definer.nspname, definer.proname, oidvectortypes(definer.proargtypes)) as object,
       format('runs as %I, %s, and names %s', own.rolname,
              case when own.rolsuper then 'a superuser'
                   when own.rolbypassrls then 'who has BYPASSRLS'
                   else 'whom row security does not bind' end,
              string_agg(format('%I.%I', fenced.nspname, fenced.relname), ', '
                         order by fenced.nspname, fenced.relname))
       || case when definer.oid in (select oid from pinned) then '; its text mentions the tenant' else '' end
                                                                                                as detail,
       format('alter routine %I.%I(%s) security invoker', definer.nspname, definer.proname,
              oidvectortypes(definer.proargtypes))                                              as fix,
       definer.oid not in (select oid from pinned)
       and exists (select from pg_catalog.pg_proc pro,
                           aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
                    where pro.oid = definer.oid and acl.grantee in (select oid from subject))   as exposed
  from definer
  join pg_catalog.pg_roles own on own.oid = definer.proowner
  join reads                   on reads.routine = definer.oid
  join fenced                  on fenced.oid = reads.relation
 where own.rolsuper or own.rolbypassrls
    or not fenced.relforcerowsecurity
       and exists (select from has where has.role = own.oid and has.target = fenced.relowner)
 group by definer.oid, definer.nspname, definer.proname, definer.proargtypes, own.rolname, own.rolsuper,
          own.rolbypassrls
 order by object
) rule
 order by object, detail;

-- --- definer-dynamic-sql ---------------------------------------------------------------------------------------------
select 'definer-dynamic-sql' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
definer as (
    select pro.oid, pro.proname, pro.proargtypes, pro.proacl, pro.proowner, nsp.nspname, own.rolname,
           regexp_replace(regexp_replace(pro.prosrc, '--[^\n]*', '', 'g'), '/\*.*?\*/', '', 'g') as body,
           (select string_agg(arg.name, '|')
              from unnest(pro.proargnames, coalesce(pro.proallargtypes, pro.proargtypes::oid[])) as arg (name, type)
              join pg_catalog.pg_type typ on typ.oid = arg.type
             where typ.typcategory = 'S' and arg.name ~ '^\w+$') as texts
      from pg_catalog.pg_proc      pro
      join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
      join pg_catalog.pg_language  lan on lan.oid = pro.prolang
      join pg_catalog.pg_roles     own on own.oid = pro.proowner
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and pro.prosecdef and lan.lanname = 'plpgsql'
       and not exists (select from pg_catalog.pg_depend dep
                        where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                          and dep.deptype = 'e')
)
select format('function %I.%I(%s)', nspname, proname, oidvectortypes(proargtypes))        as object,
       format('runs as %I, and builds SQL from its argument %s without quoting it', rolname,
              replace(texts, '|', ' or '))                                                as detail,
       null::text                                                                         as fix,
       exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
                where acl.grantee in (select oid from subject))                           as exposed
  from definer
 where body ~* '\mexecute\M' and texts is not null
   and (body ~* ('''\s*\|\|\s*(' || texts || ')\M')          -- 'select ... ' || argument
        or body ~* ('\mexecute\s+(' || texts || ')\M')        -- the argument itself
        or body ~* ('\mformat\s*\(\s*''[^;]*%([0-9]+\$)?-?[0-9]*s[^;]*\m(' || texts || ')\M'))
 order by object
) rule
 order by object, detail;

-- --- definer-executable-by-public ------------------------------------------------------------------------------------
select 'definer-executable-by-public' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with recursive helper as (  -- everybody who queries the table runs the functions of its policies
    select dep.refobjid as oid
      from pg_catalog.pg_depend dep
     where dep.classid = 'pg_catalog.pg_policy'::regclass and dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select dep.refobjid
      from helper
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = helper.oid
                                   and dep.refclassid = 'pg_catalog.pg_proc'::regclass
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('runs as %I, and everybody may call it', own.rolname)                             as detail,
       format('revoke execute on routine %I.%I(%s) from public', nsp.nspname, pro.proname,
              oidvectortypes(pro.proargtypes))                                                  as fix,
       pro.oid not in (select oid from helper)                                                  as exposed
  from pg_catalog.pg_proc      pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_roles     own on own.oid = pro.proowner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and pro.prosecdef
   and pro.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
   and exists (select from aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl where acl.grantee = 0)
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 order by object
) rule
 order by object, detail;

-- --- definer-path-writable -------------------------------------------------------------------------------------------
select 'definer-path-writable' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
writable as (
    select nsp.nspname,
           array_to_string((array_agg(distinct coalesce(rol.rolname::text, 'PUBLIC')))[1:3], ', ') as writers,
           string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')
               filter (where acl.grantee <> nsp.nspowner)                                          as grantees
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
      left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
     group by nsp.nspname
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('runs as %I, and searches schema %I, where %s may create what it then finds', own.rolname,
              writable.nspname, writable.writers)                                               as detail,
       format('revoke create on schema %I from ', writable.nspname) || writable.grantees        as fix,
       exists (select from aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
                where acl.grantee in (select oid from subject))
       or exists (select from pg_catalog.pg_trigger trg where trg.tgfoid = pro.oid)             as exposed
  from pg_catalog.pg_proc      pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_roles     own on own.oid = pro.proowner
  cross join unnest(pro.proconfig) config
  cross join unnest(string_to_array(substr(config, length('search_path=') + 1), ',')) entry
  join writable on writable.nspname = trim(both ' "' from entry)
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and pro.prosecdef and pro.prosqlbody is null and config ~* '^search_path='
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 order by object, detail
) rule
 order by object, detail;

-- --- definer-temp-shadow ---------------------------------------------------------------------------------------------
select 'definer-temp-shadow' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
temp as (
    select 1
      from pg_catalog.pg_database dat, aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
     where dat.datname = current_database() and acl.privilege_type = 'TEMPORARY'
       and acl.grantee in (select oid from subject)
),
definer as (
    select pro.oid, pro.proname, pro.proargtypes, pro.proacl, pro.proowner, nsp.nspname, own.rolname,
           substr(config, length('search_path=') + 1) as path
      from pg_catalog.pg_proc      pro
      join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
      join pg_catalog.pg_language  lan on lan.oid = pro.prolang
      join pg_catalog.pg_roles     own on own.oid = pro.proowner,
           unnest(pro.proconfig) config
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and pro.prosecdef and pro.prosqlbody is null
       and lan.lanname not in ('c', 'internal')
       and config ~* '^search_path='
       and (pro.prosrc ~* '\mexecute\M'
            or exists (select  -- a table without its schema
                         from regexp_matches(pro.prosrc,
                                  '\m(?:from|join|(?:insert|merge)\s+into|update|only|using)\s+'
                                  '"?(\w+)"?(?!\w|"|\s*[.(])', 'gi') named
                         join pg_catalog.pg_class rel on rel.relname in (named[1], lower(named[1]))
                        where rel.relkind in ('r', 'p', 'v', 'm', 'f')))
       and not exists (select from pg_catalog.pg_depend dep
                        where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                          and dep.deptype = 'e')
)
select format('function %I.%I(%s)', nspname, proname, oidvectortypes(proargtypes))         as object,
       format('runs as %I, and a temporary table comes before the schemas of its search path (%s)', rolname, path)
                                                                                           as detail,
       format('alter routine %I.%I(%s) set search_path = %s, pg_temp', nspname, proname, oidvectortypes(proargtypes),
              regexp_replace(path, '"?\mpg_temp\M"?\s*,\s*', '', 'g'))                     as fix,
       exists (select from temp)
       and (exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
                     where acl.grantee in (select oid from subject))
            or exists (select from pg_catalog.pg_trigger trg where trg.tgfoid = definer.oid)) as exposed
  from definer
 where path !~ '\mpg_temp\M"?\s*$'
   and path !~ '^\s*("?pg_catalog"?|"")?\s*$'  -- with these paths only qualified names are found
 order by object
) rule
 order by object, detail;

-- --- definer-without-search-path -------------------------------------------------------------------------------------
select 'definer-without-search-path' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
writable as (
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
),
temp as (
    select 1
      from pg_catalog.pg_database dat, aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
     where dat.datname = current_database() and acl.privilege_type in ('TEMPORARY', 'CREATE')
       and acl.grantee in (select oid from subject)
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))   as object,
       format('runs as %I, with the search path of whoever calls it', own.rolname)               as detail,
       format('alter routine %I.%I(%s) set search_path = pg_catalog, %spg_temp', nsp.nspname, pro.proname,
              oidvectortypes(pro.proargtypes),
              case when nsp.oid not in (select oid from writable) then format('%I, ', nsp.nspname) end) as fix,
       (exists (select from temp) or exists (select from writable))
       and (exists (select from aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
                     where acl.grantee in (select oid from subject))
            or exists (select from pg_catalog.pg_trigger trg where trg.tgfoid = pro.oid))        as exposed
  from pg_catalog.pg_proc      pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_language  lan on lan.oid = pro.prolang
  join pg_catalog.pg_roles     own on own.oid = pro.proowner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and pro.prosecdef
   and lan.lanname not in ('c', 'internal')
   and pro.prosqlbody is null  -- names in a parsed body are resolved already
   and not exists (select from unnest(pro.proconfig) config where config ~* '^search_path=')
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 order by object
) rule
 order by object, detail;

-- --- exclusion-without-tenant ----------------------------------------------------------------------------------------
select 'exclusion-without-tenant' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
tenant_column as (  -- a person's own id says who made a row, not whose it is
    select att.attrelid, att.attnum, att.attname
      from pg_catalog.pg_attribute att
     where att.attrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
       and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[]))
       and att.attname !~* '(^|_)(user|owner|author|creator|profile|person|member|created_?by)(_?id)?$'
       and att.attnum > 0 and not att.attisdropped
),
writable as (
    select rel.oid as relation
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
),
loose as (
    select con.oid, con.conname, con.conrelid, min(ten.attname::text) as tenant
      from pg_catalog.pg_constraint con
      join tenant_column ten on ten.attrelid = con.conrelid
     where con.contype = 'x' and con.conparentid = 0
       and not exists (select from unnest(con.conkey, con.conexclop) as part (attnum, operator)
                         join tenant_column used on used.attrelid = con.conrelid and used.attnum = part.attnum
                         join pg_catalog.pg_operator opr on opr.oid = part.operator and opr.oprname = '=')
     group by con.oid
)
select format('%I.%I constraint %I', nsp.nspname, rel.relname, loose.conname)                  as object,
       'compares rows of all tenants: what another one holds is refused'                       as detail,
       case when pg_get_constraintdef(loose.oid) ~ 'USING gist'
            then format('create extension if not exists btree_gist; '
                        'alter table %1$I.%2$I drop constraint %3$I, add constraint %3$I %4$s',
                        nsp.nspname, rel.relname, loose.conname,
                        regexp_replace(pg_get_constraintdef(loose.oid), 'USING gist \(',
                                       format('USING gist (%I WITH =, ', loose.tenant)))
       end
       || coalesce(format('; comment on constraint %I on %I.%I is ', loose.conname, nsp.nspname, rel.relname)
                   || quote_literal(obj_description(loose.oid, 'pg_constraint')), '')         as fix,
       rel.oid in (select relation from writable)                                              as exposed
  from loose
  join pg_catalog.pg_class     rel on rel.oid = loose.conrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 order by object
) rule
 order by object, detail;

-- --- foreign-key-match-simple ----------------------------------------------------------------------------------------
select 'foreign-key-match-simple' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
writable as (
    select rel.oid as relation
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
)
select format('%I.%I constraint %I', nsp.nspname, rel.relname, con.conname)                     as object,
       format('is not checked at all where %I is NULL, and nothing forbids that', att.attname)  as detail,
       format('alter table %I.%I alter column %I set not null', nsp.nspname, rel.relname, att.attname) as fix,
       rel.oid in (select relation from writable)                                               as exposed
  from pg_catalog.pg_constraint con
  join pg_catalog.pg_class      rel on rel.oid = con.conrelid
  join pg_catalog.pg_namespace  nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_attribute  att on att.attrelid = con.conrelid and att.attnum = any (con.conkey)
 where con.contype = 'f' and con.conparentid = 0 and con.confmatchtype = 's' and cardinality(con.conkey) > 1
   and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[]))
   and not att.attnotnull
 order by object, detail
) rule
 order by object, detail;

-- --- foreign-key-without-tenant --------------------------------------------------------------------------------------
select 'foreign-key-without-tenant' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
tenant_column as (  -- a person's own id says who made a row, not whose it is
    select att.attrelid, att.attnum, att.attname, att.attnotnull
      from pg_catalog.pg_attribute att
     where att.attrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
       and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[]))
       and att.attname !~* '(^|_)(user|owner|author|creator|profile|person|member|created_?by)(_?id)?$'
       and att.attnum > 0 and not att.attisdropped
),
writable as (
    select rel.oid as relation
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
),
keyed as materialized (  -- joined one by one; otherwise all tenant columns would be paired first
    select con.oid, con.conname, con.conrelid, con.confrelid, con.conkey, con.confkey, con.confdeltype,
           con.confupdtype, con.confmatchtype, child.attname,
           coalesce((to_jsonb(con) ->> 'conperiod')::boolean, false) as temporal  -- since 18
      from pg_catalog.pg_constraint con
      join tenant_column child on child.attrelid = con.conrelid
     where con.contype = 'f' and con.conparentid = 0
       and con.confdeltype in ('a', 'r') and con.confupdtype in ('a', 'r')
       and coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true)  -- since 18; such a key is not checked
),
loose as (  -- both sides have the tenant column, and the key leaves it out
    select con.oid, con.conname, con.conrelid, con.confrelid, con.conkey, con.confkey, con.confdeltype,
           con.confupdtype, con.confmatchtype, con.temporal, min(con.attname::text) as tenant
      from keyed con
      join tenant_column parent on parent.attrelid = con.confrelid and parent.attname = con.attname
     where not exists (select from tenant_column used
                        where used.attrelid = con.conrelid and used.attnum = any (con.conkey))
     group by con.oid, con.conname, con.conrelid, con.confrelid, con.conkey, con.confkey, con.confdeltype,
              con.confupdtype, con.confmatchtype, con.temporal
),
spelled as (
    select loose.*,
           format('%I.%I', cns.nspname, chi.relname) as child, format('%I.%I', pns.nspname, par.relname) as parent,
           chi.relname as child_name, par.relkind as parent_kind,
           (select string_agg(quote_ident(att.attname), ', ' order by position)
              from unnest(loose.conkey) with ordinality as key (attnum, position)
              join pg_catalog.pg_attribute att on att.attrelid = loose.conrelid and att.attnum = key.attnum) as columns,
           (select string_agg(quote_ident(att.attname), ', ' order by position)
              from unnest(loose.confkey) with ordinality as key (attnum, position)
              join pg_catalog.pg_attribute att on att.attrelid = loose.confrelid and att.attnum = key.attnum) as target,
           exists (select from pg_catalog.pg_index ind
                     join tenant_column ten on ten.attrelid = loose.confrelid and ten.attname = loose.tenant
                    where ind.indrelid = loose.confrelid and ind.indisunique and ind.indpred is null
                      and (ind.indkey::int2[])[0:ind.indnkeyatts - 1] @> (loose.confkey || ten.attnum)
                      and ind.indnkeyatts = cardinality(loose.confkey) + 1
                      and ind.indimmediate and ind.indisvalid) as has_key,
           exists (select from pg_catalog.pg_attribute att
                    where att.attrelid = loose.conrelid and att.attnum = any (loose.conkey)
                      and not att.attnotnull) as optional
      from loose
      join pg_catalog.pg_class     chi on chi.oid = loose.conrelid
      join pg_catalog.pg_namespace cns on cns.oid = chi.relnamespace
      join pg_catalog.pg_class     par on par.oid = loose.confrelid
      join pg_catalog.pg_namespace pns on pns.oid = par.relnamespace
),
kept as (  -- MATCH, actions, DEFERRABLE, NOT VALID and NOT ENFORCED, unchanged
    select spelled.oid,
           regexp_replace(
               substr(pg_get_constraintdef(spelled.oid),
                      length(format('FOREIGN KEY (%s) REFERENCES %s(%s)', columns, parent, target)) + 1),
               '( ON DELETE SET (NULL|DEFAULT))(?! \()', format('\1 (%s)', columns)) as rest,
           obj_description(spelled.oid, 'pg_constraint') as comment
      from spelled
)
select format('%s constraint %I', child, conname)                                               as object,
       format('(%s) may name a row of %s that belongs to another tenant, and whether it exists shows',
              columns, parent) as detail,
       case when (has_key or parent_kind = 'r') and not temporal and confupdtype in ('a', 'r', 'c')
                 and not (confmatchtype = 'f' and optional) then  -- otherwise no such key has the same meaning
            case when not has_key
                 then format('alter table %s add unique (%I, %s); ', parent, tenant, target) else '' end
            || format('alter table %1$s drop constraint %2$I, add constraint %2$I foreign key (%3$I, %4$s) '
                      'references %5$s (%3$I, %6$s)%7$s',
                      child, conname, tenant, columns, parent, target, kept.rest)
            || coalesce(format('; comment on constraint %I on %s is ', conname, child) || quote_literal(kept.comment),
                        '')
       end                                                                                      as fix,
       conrelid in (select relation from writable)                                              as exposed
  from spelled
  join kept on kept.oid = spelled.oid
 order by object
) rule
 order by object, detail;

-- --- foreign-server-usable -------------------------------------------------------------------------------------------
select 'foreign-server-usable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
target as (
    select 'foreign server' as kind, srv.srvname as name, acl.grantee
      from pg_catalog.pg_foreign_server srv, aclexplode(srv.srvacl) acl
     where acl.grantee <> srv.srvowner
    union all
    select 'foreign data wrapper', fdw.fdwname, acl.grantee
      from pg_catalog.pg_foreign_data_wrapper fdw, aclexplode(fdw.fdwacl) acl
     where acl.grantee <> fdw.fdwowner
)
select format('%s %I', target.kind, target.name)                                       as object,
       format('%s may define connections with it, and read what lies behind, where no policy of this server holds',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))        as detail,
       format('revoke usage on %s %I from %s', target.kind, target.name,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')) as fix,
       true                                                                            as exposed
  from target
  left join pg_catalog.pg_roles rol on rol.oid = target.grantee
 where target.grantee in (select oid from subject)
 group by target.kind, target.name
 order by object
) rule
 order by object, detail;

-- --- foreign-table-readable ------------------------------------------------------------------------------------------
select 'foreign-table-readable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select rel.oid as relation, acl.grantee, acl.grantee = rel.relowner as owns
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where rel.relkind = 'f' and acl.grantee in (select oid from subject)
       and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    union
    select rel.oid, sub.oid, true  -- on every table
      from pg_catalog.pg_class rel, subject sub
     where rel.relkind = 'f' and sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
)
select format('%I.%I', nsp.nspname, rel.relname)                                        as object,
       format('is a foreign table, which has no row security, open to %s',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))         as detail,
       format('revoke all on table %I.%I from ', nsp.nspname, rel.relname)
       || string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')
              filter (where not granted.owns)                                           as fix,
       true                                                                             as exposed
  from granted
  join pg_catalog.pg_class     rel on rel.oid = granted.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = granted.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
   and (exists (select from pg_catalog.pg_attribute att
                 where att.attrelid = rel.oid and not att.attisdropped
                   and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[])))
        or exists (select from pg_catalog.pg_inherits inh
                    where inh.inhrelid = rel.oid
                      and inh.inhparent in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))))
 group by nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- grant-option-held -----------------------------------------------------------------------------------------------
select 'grant-option-held' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select format('role %I', rol.rolname)                                                          as object,
       format('may pass on its privileges on %s relation(s) such as %s', count(distinct rel.oid),
              min(format('%I.%I', nsp.nspname, rel.relname)))                                  as detail,
       format('revoke grant option for all privileges on %s from %I',
              case when count(distinct rel.oid) <= 50
                   then 'table ' || string_agg(distinct format('%I.%I', nsp.nspname, rel.relname), ', ')
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              rol.rolname)                                                                     as fix,
       true                                                                                    as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p', 'v', 'm', 'f')
   and acl.is_grantable and acl.grantee <> rel.relowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by rol.rolname
 order by object
) rule
 order by object, detail;

-- --- identity-table-exposed ------------------------------------------------------------------------------------------
select 'identity-table-exposed' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
identity as (  -- where sign-in services keep their users
    select rel.oid, rel.relrowsecurity, format('%I.%I', nsp.nspname, rel.relname) as name
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where nsp.nspname = 'auth' and rel.relkind in ('r', 'p')
       and rel.relname in ('users', 'user', 'identities', 'sessions', 'refresh_tokens', 'mfa_factors')
),
shown as (
    select identity.oid as relation, identity.name as source from identity where not identity.relrowsecurity
    union
    select rew.ev_class, identity.name
      from identity
      join pg_catalog.pg_depend dep on dep.refclassid = 'pg_catalog.pg_class'::regclass and dep.refobjid = identity.oid
                                   and dep.classid = 'pg_catalog.pg_rewrite'::regclass
      join pg_catalog.pg_rewrite rew on rew.oid = dep.objid and rew.ev_type = '1'
),
definition as materialized (  -- of views, with "( SELECT auth.uid() AS uid)" as "auth.uid()"
    select rel.oid, regexp_replace(pg_get_viewdef(rel.oid), '\( SELECT ([\w."]+\(\)) AS [\w"]+\)', '\1', 'g') as text
      from pg_catalog.pg_class rel
     where rel.oid in (select relation from shown) and rel.relkind = 'v'
       and exists (select from unnest(rel.reloptions) option
                    where option ~* '^security_barrier=(t|tr|tru|true|y|ye|yes|on|1)$')
),
own_row as (  -- views of one table that show only the rows of the user that a function returns
    select definition.oid
      from definition
     where definition.text ~ '\sFROM [\w."]+( [\w"]+)?\s+WHERE '
       and definition.text !~ '\m(OR|NOT|CASE|JOIN|UNION|EXCEPT|INTERSECT|WITH)\M|SELECT.*SELECT'
       and definition.text ~ '(WHERE|AND) \(+([\w"]+\.)?(id|user_id) = [\w."]+\(\)\)+(;|\s+AND\M)'
)
select format('%I.%I', nsp.nspname, rel.relname)                                              as object,
       format('shows %s to %s%s', string_agg(distinct shown.source, ', '),
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '),
              case when rel.oid in (select oid from own_row) then ', to each what is their own' end)
                                                                                              as detail,
       case when rel.oid not in (select oid from own_row)
            then format('revoke all on table %I.%I from %s', nsp.nspname, rel.relname,
                        string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))
       end                                                                                    as fix,
       rel.oid not in (select oid from own_row)                                               as exposed
  from shown
  join pg_catalog.pg_class     rel on rel.oid = shown.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where acl.privilege_type = 'SELECT' and acl.grantee <> rel.relowner
   and acl.grantee in (select oid from subject)
   and (rel.relkind <> 'v'
        or not exists (select from unnest(rel.reloptions) option
                        where option ~* '^security_invoker=(t|tr|tru|true|y|ye|yes|on|1)$'))
 group by rel.oid, nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- index-not-leakproof ---------------------------------------------------------------------------------------------
select 'index-not-leakproof' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
with part as (
    select ind.indexrelid, ind.indrelid, position, opc.opcfamily, opc.opcintype, opc.opcname
      from pg_catalog.pg_index ind
      join pg_catalog.pg_class tab on tab.oid = ind.indrelid and tab.relrowsecurity
      cross join unnest(ind.indclass::oid[]) with ordinality as class (oid, position)
      join pg_catalog.pg_opclass opc on opc.oid = class.oid
),
leaky as (  -- no operator that finds rows in this column may run ahead of a policy
    select part.indexrelid, part.indrelid, part.position, part.opcname
      from part
      join pg_catalog.pg_amop amo on amo.amopfamily = part.opcfamily and amo.amoplefttype = part.opcintype
                                 and amo.amoppurpose = 's'
      join pg_catalog.pg_operator opr on opr.oid = amo.amopopr
      join pg_catalog.pg_proc     pro on pro.oid = opr.oprcode
     group by part.indexrelid, part.indrelid, part.position, part.opcname
    having not bool_or(pro.proleakproof)
)
select format('%I.%I index %I', nsp.nspname, rel.relname, idx.relname)                          as object,
       format('cannot help a query under row security: the operators of %s are not leakproof',
              string_agg(distinct leaky.opcname, ', '))                                         as detail,
       null::text                                                                               as fix,
       true                                                                                     as exposed
  from leaky
  join pg_catalog.pg_class     idx on idx.oid = leaky.indexrelid
  join pg_catalog.pg_class     rel on rel.oid = leaky.indrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
 group by nsp.nspname, rel.relname, idx.relname
 order by object
) rule
 order by object, detail;

-- --- inheritance-child-unprotected -----------------------------------------------------------------------------------
select 'inheritance-child-unprotected' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select rel.oid as relation, acl.grantee
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') and acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid
      from pg_catalog.pg_class rel, subject sub
     where sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
)
select format('%I.%I', nsp.nspname, rel.relname)                                       as object,
       format('inherits from %s without row security of its own, and is open to %s',
              string_agg(distinct format('%I.%I', pns.nspname, par.relname), ', '),
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))        as detail,
       format('alter table %I.%I enable row level security, force row level security', nsp.nspname, rel.relname) as fix,
       true                                                                            as exposed
  from granted
  join pg_catalog.pg_class     rel on rel.oid = granted.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_inherits  inh on inh.inhrelid = rel.oid
  join pg_catalog.pg_class     par on par.oid = inh.inhparent
  join pg_catalog.pg_namespace pns on pns.oid = par.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = granted.grantee
 where rel.relkind = 'r' and not rel.relispartition and not rel.relrowsecurity
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
 group by nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- inheritance-parent-unprotected ----------------------------------------------------------------------------------
select 'inheritance-parent-unprotected' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select rel.oid as relation, acl.grantee
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('SELECT', 'UPDATE', 'DELETE') and acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid
      from pg_catalog.pg_class rel, subject sub
     where sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
)
select format('%I.%I', nsp.nspname, rel.relname)                                       as object,
       format('has no row security, and through it %s reads the rows of %s past their policies',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '),
              string_agg(distinct format('%I.%I', cns.nspname, chi.relname), ', '))    as detail,
       format('alter table %I.%I enable row level security, force row level security', nsp.nspname, rel.relname) as fix,
       true                                                                            as exposed
  from granted
  join pg_catalog.pg_class     rel on rel.oid = granted.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_inherits  inh on inh.inhparent = rel.oid
  join pg_catalog.pg_class     chi on chi.oid = inh.inhrelid
  join pg_catalog.pg_namespace cns on cns.oid = chi.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = granted.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p') and not rel.relrowsecurity and chi.relrowsecurity
   and rel.oid not in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
 group by nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- job-schedulable -------------------------------------------------------------------------------------------------
select 'job-schedulable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (
    select nsp.oid, acl.grantee, acl.grantee = nsp.nspowner as owns
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where nsp.nspname = 'cron' and acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
),
callable as (
    select distinct pro.pronamespace
      from pg_catalog.pg_proc pro, aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
     where pro.proname in ('schedule', 'schedule_in_database', 'alter_job') and acl.grantee in (select oid from subject)
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                       as object,
       'may schedule jobs, which run later, without a tenant, and outlive the session'          as detail,
       case when not usable.owns
            then format('revoke usage on schema cron from %s', coalesce(quote_ident(rol.rolname), 'public')) end as fix,
       true                                                                                     as exposed
  from usable
  join callable on callable.pronamespace = usable.oid
  left join pg_catalog.pg_roles rol on rol.oid = usable.grantee
 order by object
) rule
 order by object, detail;

-- --- large-object-compat ---------------------------------------------------------------------------------------------
select 'large-object-compat' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       'lo_compat_privileges is on: every role may read and write every large object'              as detail,
       case when rol.oid is null and dat.oid is null then 'alter role all reset lo_compat_privileges'
            when rol.oid is null then format('alter database %I reset lo_compat_privileges', dat.datname)
            when dat.oid is null then format('alter role %I reset lo_compat_privileges', rol.rolname)
            else format('alter role %I in database %I reset lo_compat_privileges', rol.rolname, dat.datname) end as fix,
       rol.oid is null or rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))    as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
 where exists (select from unnest(stored.setconfig) config where config ~* '^lo_compat_privileges=(on|true|yes|1)$')
   and (stored.setdatabase = 0 or dat.datname = current_database())
union all
select 'setting lo_compat_privileges', 'is on in the configuration: every role may use every large object', null, true
  from pg_catalog.pg_settings
 where name = 'lo_compat_privileges' and setting = 'on' and source in ('configuration file', 'command line')
 order by object
) rule
 order by object, detail;

-- --- large-object-shared ---------------------------------------------------------------------------------------------
select 'large-object-shared' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
held as (
    select lom.oid, lom.lomowner as grantee, true as owns from pg_catalog.pg_largeobject_metadata lom
    union
    select lom.oid, acl.grantee, false
      from pg_catalog.pg_largeobject_metadata lom, aclexplode(lom.lomacl) acl
     where acl.grantee <> lom.lomowner
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                       as object,
       format('%s %s large object(s), which have no row security: every session of that role reads them all',
              case when held.owns then 'owns' else 'may use' end, count(*))                     as detail,
       case when not held.owns and count(*) <= 50
            then format('revoke all on large object %s from %s', string_agg(held.oid::text, ', ' order by held.oid),
                        coalesce(quote_ident(rol.rolname), 'public')) end                       as fix,
       true                                                                                     as exposed
  from held
  left join pg_catalog.pg_roles rol on rol.oid = held.grantee
 where held.grantee in (select oid from subject)
 group by rol.rolname, held.owns
 order by object, detail
) rule
 order by object, detail;

-- --- leakproof-by-hand -----------------------------------------------------------------------------------------------
select 'leakproof-by-hand' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes)) as object,
       'is marked LEAKPROOF, so it may run on rows before the policies have removed them'      as detail,
       format('alter function %I.%I(%s) not leakproof', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))
                                                                                               as fix,
       exists (select from aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
                where acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))) as exposed
  from pg_catalog.pg_proc      pro
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and pro.proleakproof
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 order by object
) rule
 order by object, detail;

-- --- login-bypasses-rls ----------------------------------------------------------------------------------------------
select 'login-bypasses-rls' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
select format('role %I', rol.rolname)                                            as object,
       'logs in and has BYPASSRLS: no policy of any table binds it'              as detail,
       format('alter role %I nobypassrls', rol.rolname)                          as fix,
       exists (select from pg_catalog.pg_class rel where rel.relrowsecurity)
       and not exists (  -- a job beside an application that row security binds
           select from pg_catalog.pg_roles app
             join pg_catalog.pg_class rel
               on rel.relrowsecurity and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
            where app.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))
              and not app.rolbypassrls and not app.rolsuper
              and (rel.relforcerowsecurity or not pg_has_role(app.oid, rel.relowner, 'MEMBER'))
              and has_table_privilege(app.oid, rel.oid, 'SELECT, INSERT, UPDATE, DELETE')) as exposed
  from pg_catalog.pg_roles rol
 where rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))
   and rol.rolbypassrls and not rol.rolsuper
 order by object
) rule
 order by object, detail;

-- --- login-owns-database ---------------------------------------------------------------------------------------------
select 'login-owns-database' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select 'database ' || quote_ident(dat.datname)                                                 as object,
       format('belongs to %I: it may store settings for all sessions, create schemas, and act as pg_database_owner',
              own.rolname)                                                                     as detail,
       format('alter database %I owner to %I', dat.datname, boot.rolname)                      as fix,
       true                                                                                    as exposed
  from pg_catalog.pg_database dat
  join pg_catalog.pg_roles own  on own.oid = dat.datdba
  join pg_catalog.pg_roles boot on boot.oid = 10
 where dat.datname = current_database()
   and not own.rolsuper
   and own.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 order by object
) rule
 order by object, detail;

-- --- login-owns-schema -----------------------------------------------------------------------------------------------
select 'login-owns-schema' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
       and not rol.rolsuper and rol.rolname !~ '^pg_'
),
foreign_table as (  -- tenant tables with another owner
    select rel.relnamespace, count(*) as tables, min(rel.relowner::text)::oid as owner
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
       and rel.relowner <> nsp.nspowner
     group by rel.relnamespace
)
select format('schema %I', nsp.nspname)                                                        as object,
       format('belongs to %I, which may drop each of its %s tenant table(s) and make others', subject.rolname,
              foreign_table.tables)                                                            as detail,
       case when foreign_table.owner not in (select oid from subject)
            then format('alter schema %I owner to %I', nsp.nspname, own.rolname) end           as fix,
       true                                                                                    as exposed
  from pg_catalog.pg_namespace nsp
  join subject       on subject.oid = nsp.nspowner
  join foreign_table on foreign_table.relnamespace = nsp.oid
  join pg_catalog.pg_roles own on own.oid = foreign_table.owner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
 order by object
) rule
 order by object, detail;

-- --- login-owns-tables -----------------------------------------------------------------------------------------------
select 'login-owns-tables' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select format('role %I', rol.rolname)                                                       as object,
       format('logs in and owns %s tenant table(s) such as %s: it can switch their row security off itself',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                     as detail,
       null::text                                                                           as fix,
       true                                                                                 as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     rol on rol.oid = rel.relowner
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))
 group by rol.rolname
 order by object
) rule
 order by object, detail;

-- --- login-replicates ------------------------------------------------------------------------------------------------
select 'login-replicates' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select format('role %I', rol.rolname)                                                       as object,
       'logs in and has REPLICATION: it may copy the whole cluster, and no policy is asked' as detail,
       format('alter role %I noreplication', rol.rolname)                                   as fix,
       true                                                                                 as exposed
  from pg_catalog.pg_roles rol
 where rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))
   and rol.rolreplication and not rol.rolsuper
 order by object
) rule
 order by object, detail;

-- --- login-superuser -------------------------------------------------------------------------------------------------
select 'login-superuser' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with granted as (
    select acl.grantee
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace, aclexplode(rel.relacl) acl
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and acl.grantee <> rel.relowner
),
named as (
    select unnest(pol.polroles) as oid from pg_catalog.pg_policy pol
)
select format('role %I', rol.rolname)                                         as object,
       concat('logs in as a superuser',
              case when rol.oid in (select oid from named) then ', yet policies name it'
                   when rol.oid in (select grantee from granted) then ', yet tables are granted to it' end,
              ': no policy and no privilege binds it')                        as detail,
       case when rol.oid in (select oid from named) or rol.oid in (select grantee from granted)
            then format('alter role %I nosuperuser nobypassrls', rol.rolname) end as fix,  -- else use another login
       rol.oid in (select oid from named) or rol.oid in (select grantee from granted)
       or current_setting('hedgerow.logins')::oid[] = '{}'                    as exposed  -- then it serves the requests
  from pg_catalog.pg_roles rol
 where rol.rolsuper and rol.rolcanlogin
   and rol.oid <> 10  -- the one that initdb creates
 order by object
) rule
 order by object, detail;

-- --- login-switches-roles --------------------------------------------------------------------------------------------
select 'login-switches-roles' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
with recursive edge as (
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as login,
           unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select reach.login, edge.roleid from reach join edge on edge.member = reach.role
),
holder as (  -- roles that policies name, or that hold a privilege on a tenant table
    select unnest(pol.polroles) as oid from pg_catalog.pg_policy pol
    union
    select acl.grantee
      from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[])) and acl.grantee <> rel.relowner
)
select format('role %I', log.rolname)                                               as object,
       format('may SET ROLE to %s roles that see different rows, such as %s: one injected statement changes sides',
              count(*), array_to_string((array_agg(rol.rolname::text order by rol.rolname))[1:3], ', ')) as detail,
       null::text                                                                   as fix,
       true                                                                         as exposed
  from reach
  join pg_catalog.pg_roles log on log.oid = reach.login
  join pg_catalog.pg_roles rol on rol.oid = reach.role
 where reach.role <> reach.login and reach.role in (select oid from holder)
 group by log.rolname
having count(*) > 1
 order by object
) rule
 order by object, detail;

select current_setting('server_version_num')::int / 10000 >= 17 as applies \gset
\if :applies

-- --- maintain-privilege ----------------------------------------------------------------------------------------------
select 'maintain-privilege' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
held as (
    select rel.oid, acl.grantee
      from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
     where acl.privilege_type = 'MAINTAIN' and acl.grantee <> rel.relowner
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                        as object,
       format('may lock, rewrite and refresh %s relation(s) of all tenants such as %s',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                          as detail,
       format('revoke maintain on %s from %s',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                      as fix,
       true                                                                                      as exposed
  from held
  join pg_catalog.pg_class     rel on rel.oid = held.oid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = held.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and (rel.relkind = 'm' or rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[])))
   and held.grantee in (select oid from subject)
 group by rol.rolname
 order by object
) rule
 order by object, detail;
\endif

-- --- materialized-view-readable --------------------------------------------------------------------------------------
select 'materialized-view-readable' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with recursive subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
reads as (
    select distinct rew.ev_class as view, dep.refobjid as relation
      from pg_catalog.pg_rewrite rew
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_rewrite'::regclass and dep.objid = rew.oid
                                   and dep.refclassid = 'pg_catalog.pg_class'::regclass
     where rew.ev_type = '1' and dep.refobjid <> rew.ev_class
),
source as (
    select reads.view as stored, reads.relation
      from reads join pg_catalog.pg_class rel on rel.oid = reads.view
     where rel.relkind = 'm'
    union
    select source.stored, reads.relation from source join reads on reads.view = source.relation
),
granted as (
    select rel.oid as relation, acl.grantee, acl.grantee = rel.relowner as owns
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where rel.relkind = 'm' and acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select att.attrelid, acl.grantee, false
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid, true
      from pg_catalog.pg_class rel, subject sub
     where rel.relkind = 'm' and sub.oid = 'pg_read_all_data'::regrole
),
reader as (
    select gra.relation,
           array_to_string((array_agg(distinct coalesce(rol.rolname::text, 'PUBLIC')))[1:3], ', ')       as names,
           string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ') filter (where not owns) as grantees
      from granted gra
      left join pg_catalog.pg_roles rol on rol.oid = gra.grantee
     group by gra.relation
)
select format('%I.%I', nsp.nspname, rel.relname)                                                    as object,
       format('stores rows of %s for all tenants, and a materialized view has no row security%s',
              string_agg(distinct format('%I.%I', tns.nspname, tab.relname), ', '),
              ': open to ' || reader.names)                                                         as detail,
       format('revoke all on table %I.%I from ', nsp.nspname, rel.relname) || reader.grantees       as fix,
       reader.relation is not null                                                                  as exposed
  from source
  join pg_catalog.pg_class     rel on rel.oid = source.stored
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_class     tab on tab.oid = source.relation
  join pg_catalog.pg_namespace tns on tns.oid = tab.relnamespace
  left join reader                 on reader.relation = rel.oid
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and tab.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and reader.relation is not null
 group by nsp.nspname, rel.relname, reader.relation, reader.names, reader.grantees
 order by object
) rule
 order by object, detail;

-- --- monitoring-role-reachable ---------------------------------------------------------------------------------------
select 'monitoring-role-reachable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with recursive edge as (
    select mem.member, mem.roleid, mem.grantor
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
        or coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as login,
           unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select reach.login, edge.roleid from reach join edge on edge.member = reach.role
),
holder as (  -- roles that work with tenant tables
    select distinct acl.grantee as oid
      from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
)
select format('role %I', mem.rolname)                                                    as object,
       format('is a member of %I: it sees the statements and activity of all roles', pre.rolname) as detail,
       format('revoke %I from %I%s', pre.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                       as fix,
       exists (select from reach me join reach also on also.login = me.login
                where me.role = edge.member and also.role in (select oid from holder))   as exposed
  from edge
  join pg_catalog.pg_roles pre on pre.oid = edge.roleid
  join pg_catalog.pg_roles mem on mem.oid = edge.member
  left join pg_catalog.pg_roles gra on gra.oid = edge.grantor
 where pre.rolname in ('pg_monitor', 'pg_read_all_stats', 'pg_stat_scan_tables')
   and mem.rolname !~ '^pg_'
   and edge.member in (select role from reach)
 order by object, detail
) rule
 order by object, detail;

-- --- noinherit-escapes-restrictive -----------------------------------------------------------------------------------
select 'noinherit-escapes-restrictive' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with recursive edge as (
    select mem.member, mem.roleid,
           coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit) as inherits
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
),
subject as (  -- roles that policies bind
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[]))
       and not rol.rolsuper and not rol.rolbypassrls
),
has as (  -- a role has the privileges of the target
    select oid as role, oid as target from subject
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target and edge.inherits
),
member as (  -- a role is a member of the target, in whatever way
    select oid as role, oid as target from subject
    union
    select member.role, edge.roleid from member join edge on edge.member = member.target
),
escape as (
    select role, target from member except select role, target from has
),
floor as (
    select pol.oid, pol.polname, pol.polrelid, pol.polcmd, role
      from pg_catalog.pg_policy pol, unnest(pol.polroles) role
     where not pol.polpermissive and 0 <> all (pol.polroles)
),
hit as (
    select distinct floor.oid, floor.polname, floor.polrelid, subject.rolname
      from floor
      join escape on escape.target = floor.role
      join subject on subject.oid = escape.role
     where not exists (select from floor same join has on has.role = subject.oid and has.target = same.role
                        where same.oid = floor.oid)
       and exists (select from pg_catalog.pg_policy open
                    where open.polrelid = floor.polrelid and open.polpermissive
                      and (open.polcmd = floor.polcmd or '*' in (open.polcmd, floor.polcmd))
                      and (0 = any (open.polroles)
                           or exists (select from has
                                       where has.role = subject.oid and has.target = any (open.polroles))))
       and exists (select from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
                    where rel.oid = floor.polrelid
                      and (acl.grantee = 0
                           or exists (select from has where has.role = subject.oid and has.target = acl.grantee)))
)
select format('policy %I on %I.%I', hit.polname, nsp.nspname, rel.relname)              as object,
       format('restricts members of its roles, but not %s, which does not inherit that membership',
              array_to_string((array_agg(hit.rolname::text order by hit.rolname))[1:3], ', ')) as detail,
       format('alter policy %I on %I.%I to public', hit.polname, nsp.nspname, rel.relname) as fix,
       true                                                                             as exposed
  from hit
  join pg_catalog.pg_class     rel on rel.oid = hit.polrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relrowsecurity
 group by hit.polname, nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- noinherit-misses-permissive -------------------------------------------------------------------------------------
select 'noinherit-misses-permissive' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
with recursive edge as (
    select mem.member, mem.roleid,
           coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit) as inherits
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
),
login as (
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[])) and not rol.rolbypassrls
),
has as (
    select oid as role, oid as target from login
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target and edge.inherits
),
member as (
    select oid as role, oid as target from login
    union
    select member.role, edge.roleid from member join edge on edge.member = member.target
),
escape as (
    select role, target from member except select role, target from has
),
missed as (
    select distinct pol.polrelid, escape.role, escape.target
      from pg_catalog.pg_policy pol, unnest(pol.polroles) named
      join escape on escape.target = named
     where pol.polpermissive
),
hit as (  -- holds a privilege, and no permissive policy applies
    select missed.polrelid, missed.role, missed.target
      from missed
     where exists (select from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
                    where rel.oid = missed.polrelid
                      and (acl.grantee = 0
                           or exists (select from has where has.role = missed.role and has.target = acl.grantee)))
       and not exists (select from pg_catalog.pg_policy pol
                        where pol.polrelid = missed.polrelid and pol.polpermissive
                          and (0 = any (pol.polroles)
                               or exists (select from has where has.role = missed.role
                                                            and has.target = any (pol.polroles))))
)
select format('%I.%I', nsp.nspname, rel.relname)                                      as object,
       format('policies are for members of %I, and %I is one, but does not inherit: it sees no rows before SET ROLE',
              tar.rolname, login.rolname)                                             as detail,
       case when current_setting('server_version_num')::int >= 160000
            then format('grant %I to %I with inherit true', tar.rolname, login.rolname)
            else format('alter role %I inherit', login.rolname) end                   as fix,
       true                                                                           as exposed
  from hit
  join login                   on login.oid = hit.role
  join pg_catalog.pg_roles     tar on tar.oid = hit.target
  join pg_catalog.pg_class     rel on rel.oid = hit.polrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relrowsecurity
 order by object, detail
) rule
 order by object, detail;

-- --- notify-payload --------------------------------------------------------------------------------------------------
select 'notify-payload' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with source as (
    select distinct pro.oid, trg.tgrelid,
           regexp_replace(regexp_replace(pro.prosrc, '--[^\n]*', '', 'g'), '/\*.*?\*/', '', 'g') as body
      from pg_catalog.pg_trigger trg
      join pg_catalog.pg_proc pro on pro.oid = trg.tgfoid
     where not trg.tgisinternal
       and trg.tgrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
),
code as (
    select source.*,
           body ~* '\m(row_to_json|to_jsonb?)\s*\(\s*(new|old)\M|\m(new|old)\s*::' as rows,
           body ~* '\mpg_notify\s*\([^;]*\m(new|old)\.(?!id\M|\w*_id\M)\w'           as columns  -- except ids
      from source
)
select format('function %I.%I(%s)', fns.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('is a trigger of %s and sends %s to every session that listens',
              string_agg(format('%I.%I', nsp.nspname, rel.relname), ', ' order by nsp.nspname, rel.relname),
              case when code.rows then 'whole rows' when code.columns then 'columns of rows'
                   else 'notifications' end)                                                    as detail,
       null::text                                                                               as fix,
       code.rows or code.columns                                                                as exposed
  from code
  join pg_catalog.pg_proc      pro on pro.oid = code.oid
  join pg_catalog.pg_namespace fns on fns.oid = pro.pronamespace
  join pg_catalog.pg_class     rel on rel.oid = code.tgrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where code.body ~* '\mpg_notify\s*\(|\mnotify\s+["\w]'
 group by fns.nspname, pro.proname, pro.proargtypes, code.rows, code.columns
 order by object
) rule
 order by object, detail;

-- --- owner-role-reachable --------------------------------------------------------------------------------------------
select 'owner-role-reachable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with recursive edge as (  -- before 16 a membership is inherited or not by the member's attribute, and always allows SET
    select mem.member, mem.roleid, mem.grantor
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
        or coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as login,
           unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select reach.login, edge.roleid from reach join edge on edge.member = reach.role
),
owned as (
    select rel.relowner, count(*) as tables, min(format('%I.%I', nsp.nspname, rel.relname)) as example
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
     group by rel.relowner
)
select format('role %I', mem.rolname)                                                          as object,
       format('has the rights of %I, which owns %s tenant table(s) such as %s: %s can switch their row security off',
              own.rolname, owned.tables, owned.example,
              array_to_string((array_agg(distinct log.rolname::text))[1:3], ', '))             as detail,
       format('revoke %I from %I%s', own.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                             as fix,
       true                                                                                    as exposed
  from edge
  join owned                   on owned.relowner = edge.roleid
  join reach                   on reach.role = edge.member
  join pg_catalog.pg_roles log on log.oid = reach.login
  join pg_catalog.pg_roles mem on mem.oid = edge.member
  join pg_catalog.pg_roles own on own.oid = edge.roleid
  left join pg_catalog.pg_roles gra on gra.oid = edge.grantor
 where not own.rolsuper
 group by mem.rolname, own.rolname, owned.tables, owned.example, gra.oid, gra.rolname
 order by object, detail
) rule
 order by object, detail;

-- --- parameter-granted -----------------------------------------------------------------------------------------------
select 'parameter-granted' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select 'parameter ' || par.parname                                                              as object,
       format('%s may set it, which is a superuser''s business',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))
       || case par.parname
              when 'session_replication_role' then ': triggers and foreign keys can be switched off'
              when 'allow_system_table_mods'  then ': system catalogs can be altered'
              when 'session_preload_libraries' then ': any library can be loaded'
              when 'local_preload_libraries'  then ': any library can be loaded'
              when 'dynamic_library_path'     then ': any library can be loaded'
              else '' end                                                                       as detail,
       format('revoke all on parameter %s from %s', par.parname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))          as fix,
       par.parname in ('session_replication_role', 'allow_system_table_mods', 'session_preload_libraries',
                       'local_preload_libraries', 'dynamic_library_path', 'lo_compat_privileges') as exposed
  from pg_catalog.pg_parameter_acl par
  cross join aclexplode(par.paracl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and par.parname <> all (current_setting('hedgerow.variables')::text[])  -- reserved-parameter-granted
 group by par.parname
 order by object
) rule
 order by object, detail;

-- --- partition-unprotected -------------------------------------------------------------------------------------------
select 'partition-unprotected' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select rel.oid as relation, acl.grantee
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where rel.relispartition and acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
       and acl.grantee in (select oid from subject)
    union
    select att.attrelid, acl.grantee
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type in ('SELECT', 'INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid
      from pg_catalog.pg_class rel, subject sub
     where rel.relispartition and sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
)
select format('%I.%I', nsp.nspname, rel.relname)                                       as object,
       format('is a partition without row security, and the policies of %I.%I do not guard it from %s',
              pns.nspname, par.relname, string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', ')) as detail,
       format('alter table %I.%I enable row level security, force row level security', nsp.nspname, rel.relname) as fix,
       true                                                                            as exposed
  from granted
  join pg_catalog.pg_class     rel on rel.oid = granted.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_inherits  inh on inh.inhrelid = rel.oid
  join pg_catalog.pg_class     par on par.oid = inh.inhparent
  join pg_catalog.pg_namespace pns on pns.oid = par.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = granted.grantee
 where rel.relkind in ('r', 'p') and rel.relispartition and not rel.relrowsecurity
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
 group by nsp.nspname, rel.relname, pns.nspname, par.relname
 order by object
) rule
 order by object, detail;

-- --- plan-exposed-over-http ------------------------------------------------------------------------------------------
select 'plan-exposed-over-http' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       'lets callers of PostgREST request query plans: row estimates over all tenants, and rows that policies removed'
                                                                                                as detail,
       case when rol.oid is null and dat.oid is null then 'alter role all reset pgrst.db_plan_enabled'
            when rol.oid is null then format('alter database %I reset pgrst.db_plan_enabled', dat.datname)
            when dat.oid is null then format('alter role %I reset pgrst.db_plan_enabled', rol.rolname)
            else format('alter role %I in database %I reset pgrst.db_plan_enabled', rol.rolname, dat.datname)
       end                                                                                      as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
 where exists (select from unnest(stored.setconfig) config where config ~* '^pgrst\.db_plan_enabled=(on|true|yes|1)$')
   and (stored.setdatabase = 0 or dat.datname = current_database())
 order by object
) rule
 order by object, detail;

-- --- policies-open-on-shards -----------------------------------------------------------------------------------------
select 'policies-open-on-shards' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with distributed as (  -- by Citus; without the extension there is no such table, and the query still parses
    select found[1]::oid as oid
      from regexp_matches(
               case when to_regclass('pg_catalog.pg_dist_partition') is not null
                    then query_to_xml('select logicalrelid::oid as oid from pg_catalog.pg_dist_partition',
                                      false, false, '')::text end,
               '<oid>(\d+)</oid>', 'g') found
)
select format('%I.%I', nsp.nspname, rel.relname)                                               as object,
       format('is in the metadata of Citus, which makes the restrictive %s %s permissive on every shard',
              case count(*) when 1 then 'policy' else 'policies' end,
              string_agg(quote_ident(pol.polname), ', ' order by pol.polname))                 as detail,
       null::text                                                                              as fix,
       true                                                                                    as exposed
  from distributed
  join pg_catalog.pg_class     rel on rel.oid = distributed.oid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_policy    pol on pol.polrelid = rel.oid and not pol.polpermissive
 group by nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- policies-without-rls --------------------------------------------------------------------------------------------
select 'policies-without-rls' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (  -- schemas that a subject may look into
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
),
reached as (
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                               as object,
       format('%s %s written, but row security is off: none of them runs',
              count(*), case count(*) when 1 then 'policy is' else 'policies are' end) as detail,
       format('alter table %I.%I enable row level security, force row level security', nsp.nspname, rel.relname)
                                                                               as fix,
       (rel.oid in (select oid from reached) and nsp.oid in (select oid from usable))
       or exists (select from subject
                   where oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)) as exposed
  from pg_catalog.pg_policy    pol
  join pg_catalog.pg_class     rel on rel.oid = pol.polrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and not rel.relrowsecurity
 group by rel.oid, rel.relname, nsp.oid, nsp.nspname
 order by object
) rule
 order by object, detail;

-- --- policy-for-public -----------------------------------------------------------------------------------------------
select 'policy-for-public' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
select format('%I.%I', nsp.nspname, rel.relname)                                              as object,
       format('permissive for PUBLIC, so for every role that ever gets a privilege: %s',
              string_agg(quote_ident(pol.polname), ', ' order by pol.polname))                as detail,
       string_agg(format('alter policy %I on %I.%I to %s', pol.polname, nsp.nspname, rel.relname, holder.names), '; '
                  order by pol.polname)                                                       as fix,
       true                                                                                   as exposed
  from pg_catalog.pg_policy    pol
  join pg_catalog.pg_class     rel on rel.oid = pol.polrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join lateral (select string_agg(distinct quote_ident(rol.rolname), ', ') as names
                        from aclexplode(rel.relacl) acl
                        join pg_catalog.pg_roles rol on rol.oid = acl.grantee
                       where acl.grantee <> rel.relowner) holder
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relrowsecurity and pol.polpermissive and pol.polroles = '{0}'
 group by nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- policy-function-replaceable -------------------------------------------------------------------------------------
select 'policy-function-replaceable' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with recursive subject as (
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[])) and not rol.rolsuper
),
trusted as (  -- functions that policies call, and functions named in their parsed bodies
    select dep.refobjid as routine, pol.polrelid
      from pg_catalog.pg_policy pol
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_policy'::regclass and dep.objid = pol.oid
                                   and dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select dep.refobjid, trusted.polrelid
      from trusted
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = trusted.routine
                                   and dep.refclassid = 'pg_catalog.pg_proc'::regclass
),
relied as (
    select routine, min(rel.relowner::text) as owner, min(format('%I.%I', nsp.nspname, rel.relname)) as example
      from trusted
      join pg_catalog.pg_class     rel on rel.oid = trusted.polrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
     group by routine
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('policies such as that of %s trust it, and %s may %s it', relied.example,
              coalesce(own.rolname, sch.rolname),
              case when own.oid is null then 'drop' else 'replace' end)                         as detail,
       case when relied.owner::oid not in (select oid from subject) then
            case when own.oid is null then format('alter schema %I owner to %I', nsp.nspname, tab.rolname)
                 else format('alter routine %I.%I(%s) owner to %I', nsp.nspname, pro.proname,
                             oidvectortypes(pro.proargtypes), tab.rolname) end end              as fix,
       true                                                                                     as exposed
  from relied
  join pg_catalog.pg_proc      pro on pro.oid = relied.routine
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  join pg_catalog.pg_roles     tab on tab.oid = relied.owner::oid
  left join subject            own on own.oid = pro.proowner
  left join subject            sch on sch.oid = nsp.nspowner
 where own.oid is not null or sch.oid is not null
 order by object
) rule
 order by object, detail;

-- --- publication-has-secrets -----------------------------------------------------------------------------------------
select 'publication-has-secrets' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
readable as (  -- 0 stands for the whole table
    select rel.oid as relation, 0 as attnum
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select att.attrelid, att.attnum
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
),
published as (
    select pub.pubname, nsp.nspname, rel.relname, att.attname,
           not exists (select from readable
                        where readable.relation = rel.oid and readable.attnum in (0, att.attnum)) as hidden
      from pg_catalog.pg_publication_tables pub
      join pg_catalog.pg_namespace nsp on nsp.nspname = pub.schemaname
      join pg_catalog.pg_class     rel on rel.relnamespace = nsp.oid and rel.relname = pub.tablename
      join pg_catalog.pg_attribute att on att.attrelid = rel.oid and att.attname = any (pub.attnames)
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
),
secret as (
    select pubname,
           case when bool_and(hidden) then format('%I.%I', nspname, relname)
                else format('%I.%I (%s)', nspname, relname,
                            string_agg(quote_ident(attname), ', ' order by attname) filter (where hidden)) end as what
      from published
     group by pubname, nspname, relname
    having bool_or(hidden)
)
select format('publication %I', pubname)                                                       as object,
       format('sends what no login may read: %s', string_agg(what, ', ' order by what))        as detail,
       null::text                                                                              as fix,
       not exists (select from subject where oid = 'pg_read_all_data'::regrole)                as exposed
  from secret
 group by pubname
 order by object
) rule
 order by object, detail;

-- --- publication-has-tenant-rows -------------------------------------------------------------------------------------
select 'publication-has-tenant-rows' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with tenant as (
    select unnest(current_setting('hedgerow.tenant_tables')::oid[]) as oid
),
published as (
    select pub.oid, pub.pubname, rel.oid as relation, 'all' as how, null::name as via
      from pg_catalog.pg_publication pub, pg_catalog.pg_class rel
     where pub.puballtables
    union all
    select pub.oid, pub.pubname, rel.oid, 'schema', nsp.nspname
      from pg_catalog.pg_publication pub
      join pg_catalog.pg_publication_namespace pns on pns.pnpubid = pub.oid
      join pg_catalog.pg_namespace nsp on nsp.oid = pns.pnnspid
      join pg_catalog.pg_class rel on rel.relnamespace = nsp.oid
    union all
    select pub.oid, pub.pubname, prl.prrelid, 'table', null
      from pg_catalog.pg_publication pub
      join pg_catalog.pg_publication_rel prl on prl.prpubid = pub.oid
     where prl.prqual is null
)
select format('publication %I', published.pubname)                                             as object,
       format('sends the rows of %s tenant table(s) such as %s to every subscriber, whatever the policies are',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                        as detail,
       case published.how
           when 'table' then format('alter publication %I drop table %s', published.pubname,
                                    string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname))
           when 'schema' then format('alter publication %I drop tables in schema %I', published.pubname, published.via)
       end                                                                                     as fix,
       exists (select from pg_catalog.pg_roles rol
                where rol.rolreplication
                  and rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[])))   as exposed
  from published
  join pg_catalog.pg_class     rel on rel.oid = published.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.oid in (select oid from tenant)
 group by published.pubname, published.how, published.via
 order by object, detail
) rule
 order by object, detail;

-- --- queue-table-exposed ---------------------------------------------------------------------------------------------
select 'queue-table-exposed' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                                              as object,
       format('is a queue for all tenants without row security, open to %s',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))               as detail,
       format('revoke all on table %I.%I from %s', nsp.nspname, rel.relname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))        as fix,
       nsp.oid in (select oid from usable)                                                    as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where rel.relkind in ('r', 'p') and not rel.relrowsecurity
   and (nsp.nspname = 'pgmq' and rel.relname ~ '^[qa]_'
        or nsp.nspname = 'net' and rel.relname in ('http_request_queue', '_http_response')
        or nsp.nspname = 'pgboss' and rel.relname in ('job', 'archive')
        or nsp.nspname = 'graphile_worker' and rel.relname in ('jobs', '_private_jobs')
        or nsp.nspname = 'cron' and rel.relname in ('job', 'job_run_details'))
   and acl.privilege_type in ('SELECT', 'UPDATE', 'DELETE') and acl.grantee <> rel.relowner
   and acl.grantee in (select oid from subject)
 group by nsp.oid, nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- read-all-data-reachable -----------------------------------------------------------------------------------------
select 'read-all-data-reachable' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
with recursive edge as (
    select mem.member, mem.roleid, mem.grantor
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
        or coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select edge.roleid from reach join edge on edge.member = reach.role
)
select format('role %I', mem.rolname)                                                    as object,
       case pre.rolname
           when 'pg_read_all_data' then 'is a member of pg_read_all_data: policies still bind it, but pg_statistic, '
                                        'large objects and every table without row security are open'
           else 'is a member of pg_write_all_data: policies still bind it, but every table without row security is open'
       end                                                                               as detail,
       format('revoke %I from %I%s', pre.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                       as fix,
       true                                                                              as exposed
  from edge
  join pg_catalog.pg_roles pre on pre.oid = edge.roleid
  join pg_catalog.pg_roles mem on mem.oid = edge.member
  left join pg_catalog.pg_roles gra on gra.oid = edge.grantor
 where pre.rolname in ('pg_read_all_data', 'pg_write_all_data')
   and edge.member in (select role from reach)
 order by object, detail
) rule
 order by object, detail;

-- --- references-privilege --------------------------------------------------------------------------------------------
select 'references-privilege' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
maker as (  -- a foreign key needs a table of one's own that is not temporary
    select 1
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
    union all
    select 1
      from pg_catalog.pg_database dat, aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
     where dat.datname = current_database() and acl.privilege_type = 'CREATE'
       and acl.grantee in (select oid from subject)
),
held as (
    select rel.oid, acl.grantee
      from pg_catalog.pg_class rel, aclexplode(rel.relacl) acl
     where acl.privilege_type = 'REFERENCES' and acl.grantee <> rel.relowner
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                        as object,
       format('may make foreign keys to %s tenant table(s) such as %s, and so ask which keys exist for any tenant',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                          as detail,
       format('revoke references on %s from %s',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                      as fix,
       exists (select from maker)                                                                as exposed
  from held
  join pg_catalog.pg_class     rel on rel.oid = held.oid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_roles rol on rol.oid = held.grantee
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and held.grantee in (select oid from subject)
 group by rol.rolname
 order by object
) rule
 order by object, detail;

-- --- replica-identity-generated --------------------------------------------------------------------------------------
select 'replica-identity-generated' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with identity as (  -- by the primary key, or by the index that REPLICA IDENTITY USING INDEX names
    select ind.indrelid, ind.indexrelid, unnest((ind.indkey::int2[])[0:ind.indnkeyatts - 1]) as attnum
      from pg_catalog.pg_index ind
      join pg_catalog.pg_class rel on rel.oid = ind.indrelid
     where case rel.relreplident when 'd' then ind.indisprimary when 'i' then ind.indisreplident else false end
)
select format('%I.%I', nsp.nspname, rel.relname)                                               as object,
       format('its replica identity %I contains the generated %s %s: under a publication, updates and deletes fail',
              idx.relname, case count(*) when 1 then 'column' else 'columns' end,
              string_agg(quote_ident(att.attname), ', ' order by att.attnum))                  as detail,
       null::text                                                                              as fix,
       exists (select from pg_catalog.pg_publication_tables pub
                where pub.schemaname = nsp.nspname and pub.tablename = rel.relname)            as exposed
  from identity
  join pg_catalog.pg_attribute att on att.attrelid = identity.indrelid and att.attnum = identity.attnum
                                  and att.attgenerated <> ''
  join pg_catalog.pg_class     rel on rel.oid = identity.indrelid
  join pg_catalog.pg_class     idx on idx.oid = identity.indexrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
 group by nsp.nspname, rel.relname, idx.relname
 order by object
) rule
 order by object, detail;

-- --- reserved-parameter-granted --------------------------------------------------------------------------------------
select 'reserved-parameter-granted' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
select 'parameter ' || par.parname                                                              as object,
       format('%s may set it, and so be any tenant: policies read the session from it',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))                 as detail,
       format('revoke all on parameter %s from %s', par.parname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))          as fix,
       bool_or(acl.grantee = any (current_setting('hedgerow.subjects')::oid[]))                 as exposed
  from pg_catalog.pg_parameter_acl par
  cross join aclexplode(par.paracl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where par.parname = any (current_setting('hedgerow.variables')::text[])
   and rol.rolsuper is not true
   -- A role that nobody becomes, as the owner of the function that binds, serves nobody.
   and (acl.grantee = any (current_setting('hedgerow.subjects')::oid[])
        or exists (select from pg_catalog.pg_roles log
                    where log.rolcanlogin and not log.rolsuper and pg_has_role(log.oid, acl.grantee, 'member')))
 group by par.parname
 order by object
) rule
 order by object, detail;

-- --- restrictive-only ------------------------------------------------------------------------------------------------
select 'restrictive-only' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with reached as (
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
)
select format('%I.%I', nsp.nspname, rel.relname)                                          as object,
       'has restrictive policies only, and without a permissive one every row is denied'  as detail,
       null::text                                                                         as fix,
       rel.oid in (select oid from reached)                                               as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relrowsecurity
   and exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid and pol.polpermissive)
 order by object
) rule
 order by object, detail;

-- --- rls-disabled ----------------------------------------------------------------------------------------------------
select 'rls-disabled' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (  -- schemas that a subject may look into
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
),
granted as (  -- to subjects, on whole tables and on columns
    select rel.oid as relation, acl.grantee, acl.privilege_type
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
    union
    select att.attrelid, acl.grantee, acl.privilege_type
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid, case when sub.oid = 'pg_read_all_data'::regrole then 'SELECT' else 'UPDATE' end
      from pg_catalog.pg_class rel, subject sub
     where sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
),
reached as (
    select gra.relation,
           array_to_string((array_agg(distinct coalesce(rol.rolname::text, 'PUBLIC')))[1:3], ', ') as roles,
           string_agg(distinct gra.privilege_type, ', ')                                           as privileges
      from granted gra
      left join pg_catalog.pg_roles rol on rol.oid = gra.grantee
     where gra.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
     group by gra.relation
)
select format('%I.%I', nsp.nspname, rel.relname)                               as object,
       coalesce(format('row security is off, and rows of every tenant are open to %s: %s', rea.roles, rea.privileges),
                'row security is off')                                         as detail,
       format('alter table %I.%I enable row level security, force row level security', nsp.nspname, rel.relname)
                                                                               as fix,
       rea.relation is not null
       and (nsp.oid in (select oid from usable)
            or exists (select from subject
                        where oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole))) as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join reached            rea on rea.relation = rel.oid
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
   and not rel.relrowsecurity
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and not exists (select from pg_catalog.pg_inherits inh where inh.inhrelid = rel.oid)
 order by object
) rule
 order by object, detail;

-- --- rls-not-forced --------------------------------------------------------------------------------------------------
select 'rls-not-forced' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
select format('%I.%I', nsp.nspname, rel.relname)                                      as object,
       format('row security does not bind the owner %I', own.rolname)                 as detail,
       format('alter table %I.%I force row level security', nsp.nspname, rel.relname) as fix,
       rel.relowner in (select unnest(current_setting('hedgerow.subjects')::oid[]))   as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     own on own.oid = rel.relowner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p') and rel.relrowsecurity and not rel.relforcerowsecurity
   and not own.rolsuper and not own.rolbypassrls
 order by object
) rule
 order by object, detail;

-- --- rls-without-policy ----------------------------------------------------------------------------------------------
select 'rls-without-policy' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
reached as (
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                                    as object,
       'row security is on and there is no policy: nobody sees or writes a row'     as detail,
       null::text                                                                   as fix,
       rel.oid in (select oid from reached)                                         as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p') and rel.relrowsecurity
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and not exists (select from pg_catalog.pg_inherits inh where inh.inhrelid = rel.oid)
 order by object
) rule
 order by object, detail;

-- --- row-security-off-stored -----------------------------------------------------------------------------------------
select 'row-security-off-stored' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       'sessions start with row_security = off: filtered queries fail, and exempt roles never notice' as detail,
       case when rol.oid is null and dat.oid is null then 'alter role all reset row_security'
            when rol.oid is null then format('alter database %I reset row_security', dat.datname)
            when dat.oid is null then format('alter role %I reset row_security', rol.rolname)
            else format('alter role %I in database %I reset row_security', rol.rolname, dat.datname) end as fix,
       rol.oid is null or rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))  as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
 where exists (select from unnest(stored.setconfig) config where config ~* '^row_security=(off|false|no|0)$')
   and (stored.setdatabase = 0 or dat.datname = current_database())
 order by object
) rule
 order by object, detail;

-- --- row-security-vulnerability --------------------------------------------------------------------------------------
select 'row-security-vulnerability' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with known (cve, fixed, extension, what) as (  -- from vulnerabilities.tsv
    values ('CVE-2023-2455', array[150003], null,
            'policies are those of another role after a function was inlined'),
           ('CVE-2023-39418', array[150004], null,
            'MERGE does not check UPDATE and SELECT policies'),
           ('CVE-2024-10976', array[150009, 160005, 170001], null,
            'a cached plan keeps the policies of another role'),
           ('CVE-2025-8713', array[150014, 160010, 170006], null,
            'statistics show values of rows that policies hide'),
           ('CVE-2024-10978', array[150009, 160005, 170001], null,
            'SET ROLE may be undone wrongly and leave another role'),
           ('CVE-2024-4317', array[150007, 160003], null,
            'pg_stats_ext shows values to others; needs a script as well')
),
server as (  -- a dump is reviewed on another server than its own: hedgerow.server_version_num names an older one
    select least(current_setting('server_version_num')::int,
                 nullif(current_setting('hedgerow.server_version_num', true), '')::int) as version
)
select known.cve                                                                                as object,
       format('PostgreSQL %s.%s: %s; fixed in %s.%s', version / 10000, version % 10000, known.what,
              fix / 10000, fix % 10000)                                                         as detail,
       null::text                                                                               as fix,
       exists (select from pg_catalog.pg_class rel where rel.relrowsecurity)                    as exposed
  from server, known, unnest(known.fixed) fix
 where fix / 10000 = version / 10000 and version < fix
 order by object
) rule
 order by object, detail;

-- --- rule-bypasses-rls -----------------------------------------------------------------------------------------------
select 'rule-bypasses-rls' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with recursive subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
edge as (
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
action as (
    select rew.oid, rew.rulename, rew.ev_class,
           case rew.ev_type when '2' then 'UPDATE' when '3' then 'INSERT' else 'DELETE' end as event
      from pg_catalog.pg_rewrite rew
     where rew.ev_type <> '1'
),
has as (
    select rel.relowner as role, rel.relowner as target
      from action join pg_catalog.pg_class rel on rel.oid = action.ev_class
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target
)
select distinct
       format('rule %I on %I.%I', action.rulename, nsp.nspname, rel.relname)                   as object,
       format('acts on %I.%I as %I, the owner of the relation, whom row security does not bind',
              tns.nspname, tab.relname, own.rolname)                                           as detail,
       case when not own.rolsuper and not own.rolbypassrls
            then format('alter table %I.%I force row level security', tns.nspname, tab.relname) end as fix,
       exists (select from aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
                where acl.privilege_type = action.event and acl.grantee in (select oid from subject))
       or exists (select from subject where oid = 'pg_write_all_data'::regrole)                as exposed
  from action
  join pg_catalog.pg_class     rel on rel.oid = action.ev_class
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     own on own.oid = rel.relowner
  join pg_catalog.pg_depend    dep on dep.classid = 'pg_catalog.pg_rewrite'::regclass and dep.objid = action.oid
                                  and dep.refclassid = 'pg_catalog.pg_class'::regclass
                                  and dep.refobjid <> action.ev_class
  join pg_catalog.pg_class     tab on tab.oid = dep.refobjid
  join pg_catalog.pg_namespace tns on tns.oid = tab.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and tab.relrowsecurity
   and (own.rolsuper or own.rolbypassrls
        or not tab.relforcerowsecurity
           and exists (select from has where has.role = own.oid and has.target = tab.relowner))
 order by object, detail
) rule
 order by object, detail;

-- --- schema-create-privilege -----------------------------------------------------------------------------------------
select 'schema-create-privilege' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select format('schema %I', nsp.nspname)                                                   as object,
       format('%s may create in it whatever others then find by name',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))           as detail,
       format('revoke create on schema %I from %s', nsp.nspname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))    as fix,
       true                                                                               as exposed
  from pg_catalog.pg_namespace nsp
  cross join aclexplode(nsp.nspacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and acl.privilege_type = 'CREATE' and acl.grantee <> nsp.nspowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by nsp.nspname
 order by object
) rule
 order by object, detail;

-- --- search-path-stored-writable -------------------------------------------------------------------------------------
select 'search-path-stored-writable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
writable as (
    select nsp.nspname,
           array_to_string((array_agg(distinct coalesce(rol.rolname::text, 'PUBLIC')))[1:3], ', ') as writers,
           string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')
               filter (where acl.grantee <> nsp.nspowner)                                          as grantees
      from pg_catalog.pg_namespace nsp
      cross join aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
      left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
     group by nsp.nspname
)
select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       format('searches schema %I, where %s may create what is then found', writable.nspname, writable.writers)
                                                                                                 as detail,
       format('revoke create on schema %I from ', writable.nspname) || writable.grantees         as fix,
       true                                                                                      as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
  cross join unnest(stored.setconfig) config
  cross join unnest(string_to_array(substr(config, length('search_path=') + 1), ',')) entry
  join writable on writable.nspname = trim(both ' "' from entry)
 where config ~* '^search_path='
   and (stored.setdatabase = 0 or dat.datname = current_database())
 order by object, detail
) rule
 order by object, detail;

-- --- secret-in-setting -----------------------------------------------------------------------------------------------
select 'secret-in-setting' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       format('stores %s, and every role can read it', setting.name)                            as detail,
       case when rol.oid is null and dat.oid is null then format('alter role all reset %s', setting.spelled)
            when rol.oid is null then format('alter database %I reset %s', dat.datname, setting.spelled)
            when dat.oid is null then format('alter role %I reset %s', rol.rolname, setting.spelled)
            else format('alter role %I in database %I reset %s', rol.rolname, dat.datname, setting.spelled) end as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
  cross join unnest(stored.setconfig) config
  cross join lateral (select split_part(config, '=', 1) as name,
                             (select string_agg(quote_ident(part), '.')
                                from unnest(string_to_array(split_part(config, '=', 1), '.')) part) as spelled) setting
 where setting.name ~* '\.(\w*_)?(secret|password|passwd|api_?key|private_key|token)s?$'
   and length(config) > length(setting.name) + 1
   and (stored.setdatabase = 0 or dat.datname = current_database())
 order by object, detail
) rule
 order by object, detail;

-- --- secret-in-source ------------------------------------------------------------------------------------------------
select 'secret-in-source' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with source as (
    select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes)) as object,
           pro.prosrc as text, 'its source' as place
      from pg_catalog.pg_proc pro
      join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and not exists (select from pg_catalog.pg_depend dep
                        where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                          and dep.deptype = 'e')
    union all
    select format('trigger %I on %I.%I', trg.tgname, nsp.nspname, rel.relname), encode(trg.tgargs, 'escape'),
           'its arguments'
      from pg_catalog.pg_trigger trg
      join pg_catalog.pg_class rel on rel.oid = trg.tgrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where not trg.tgisinternal and trg.tgnargs > 0
    union all
    select format('foreign server %I', srv.srvname), array_to_string(srv.srvoptions, ' '), 'its options'
      from pg_catalog.pg_foreign_server srv
    union all
    select format('%I.%I', nsp.nspname, rel.relname), pg_get_expr(def.adbin, def.adrelid), 'the default of a column'
      from pg_catalog.pg_attrdef def
      join pg_catalog.pg_class rel on rel.oid = def.adrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
)
select object,
       format('what looks like %s is in %s, which every role can read', min(pattern.what), min(place)) as detail,
       null::text                                                                               as fix,
       true                                                                                     as exposed
  from source
  join (values ('(?i)\m\w*(password|passwd|secret|api_?key)(\s+[a-z ]+)?\s*(:=|=>|=)\s*''[^''\s]{8,}''',
                                                                                        'a password or key'),
               ('(?i)\m(hmac|pgp_sym_encrypt|pgp_sym_decrypt)\s*\([^;]*,\s*''[^'']{6,}''\s*[,)]',  'a key'),
               ('\mpassword=[^\s'']{4,}',                                               'a password'),
               ('\m(sk|rk)_(live|test)_[0-9A-Za-z]{10,}',                               'an API key'),
               ('\m(AKIA|ASIA)[0-9A-Z]{16}\M',                                          'an access key'),
               ('-----BEGIN [A-Z ]*PRIVATE KEY-----',                                   'a private key'),
               ('\meyJ[\w-]{10,}\.eyJ[\w-]{10,}\.',                                     'a signed token'),
               ('\m[a-z][a-z0-9+]*://[^\s:/@''"]+:[^\s@/''"]+@',                        'a URL with a password')
       ) pattern (regex, what) on source.text ~ pattern.regex
 group by object
 order by object
) rule
 order by object, detail;

-- --- sensitive-column-readable ---------------------------------------------------------------------------------------
select 'sensitive-column-readable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
secret as (
    select att.attrelid, att.attnum, att.attname, att.attacl
      from pg_catalog.pg_attribute att
      join pg_catalog.pg_class     rel on rel.oid = att.attrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
      join pg_catalog.pg_type      typ on typ.oid = att.atttypid
     where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
       and att.attnum > 0 and not att.attisdropped and typ.typcategory in ('S', 'U')
       and att.attname ~ ('(^|_)(password|passwd|passphrase|secret|api_?key|private_key|access_token|refresh_token|'
                          'totp|otp|mfa_seed|ssn|card_number|pan|cvv|cvc|iban)(_(hash|digest|enc|encrypted))?$')
),
readable as (
    select secret.attrelid, secret.attname, acl.grantee, false as by_column
      from secret
      join pg_catalog.pg_class rel on rel.oid = secret.attrelid
      cross join aclexplode(rel.relacl) acl
     where acl.privilege_type = 'SELECT' and acl.grantee <> rel.relowner
    union
    select secret.attrelid, secret.attname, acl.grantee, true
      from secret cross join aclexplode(secret.attacl) acl
     where acl.privilege_type = 'SELECT'
),
reader as (
    select readable.*, rol.rolname,
           readable.grantee = 0 or rol.rolname ~ '(^|_)anon(ymous)?(_|$)' as anybody
      from readable
      left join pg_catalog.pg_roles rol on rol.oid = readable.grantee
     where readable.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                                              as object,
       format('%s may read %s', coalesce(reader.rolname::text, 'PUBLIC'),
              string_agg(distinct quote_ident(reader.attname), ', '))                         as detail,
       case when reader.anybody then
            format('revoke select%s on table %I.%I from %s',
                   case when reader.by_column
                        then format(' (%s)', string_agg(distinct quote_ident(reader.attname), ', ')) end,
                   nsp.nspname, rel.relname, coalesce(quote_ident(reader.rolname), 'public')) end as fix,
       reader.anybody                                                                         as exposed
  from reader
  join pg_catalog.pg_class     rel on rel.oid = reader.attrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.relkind in ('r', 'p', 'v', 'm', 'f')
 group by nsp.nspname, rel.relname, reader.rolname, reader.anybody, reader.by_column
 order by object, detail
) rule
 order by object, detail;

-- --- sequence-readable -----------------------------------------------------------------------------------------------
select 'sequence-readable' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
fed as (  -- sequences that number the rows of tenant tables
    select distinct dep.objid as sequence, dep.refobjid as relation
      from pg_catalog.pg_depend dep
     where dep.classid = 'pg_catalog.pg_class'::regclass and dep.refclassid = 'pg_catalog.pg_class'::regclass
       and dep.deptype in ('a', 'i')
    union
    select dep.refobjid, def.adrelid
      from pg_catalog.pg_attrdef def
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_attrdef'::regclass and dep.objid = def.oid
                                   and dep.refclassid = 'pg_catalog.pg_class'::regclass
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                      as object,
       format('may read %s sequence(s) of tenant tables such as %s: how many rows all tenants made, and when',
              count(distinct seq.oid), min(format('%I.%I', nsp.nspname, seq.relname)))         as detail,
       format('revoke select on %s from %s',
              case when count(distinct seq.oid) <= 50
                   then 'sequence ' || string_agg(distinct format('%I.%I', nsp.nspname, seq.relname), ', ')
                   else 'all sequences in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                    as fix,
       true                                                                                    as exposed
  from fed
  join pg_catalog.pg_class     seq on seq.oid = fed.sequence and seq.relkind = 'S'
  join pg_catalog.pg_namespace nsp on nsp.oid = seq.relnamespace
  cross join aclexplode(seq.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where fed.relation in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and acl.privilege_type = 'SELECT' and acl.grantee <> seq.relowner
   and acl.grantee in (select oid from subject)
 group by rol.rolname
 order by object
) rule
 order by object, detail;

-- --- sequence-settable -----------------------------------------------------------------------------------------------
select 'sequence-settable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
fed as (  -- sequences that number the rows of tenant tables
    select distinct dep.objid as sequence, dep.refobjid as relation
      from pg_catalog.pg_depend dep
     where dep.classid = 'pg_catalog.pg_class'::regclass and dep.refclassid = 'pg_catalog.pg_class'::regclass
       and dep.deptype in ('a', 'i')
    union
    select dep.refobjid, def.adrelid
      from pg_catalog.pg_attrdef def
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_attrdef'::regclass and dep.objid = def.oid
                                   and dep.refclassid = 'pg_catalog.pg_class'::regclass
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                      as object,
       format('may set %s sequence(s) of tenant tables such as %s: one tenant can stop the inserts of all',
              count(distinct seq.oid), min(format('%I.%I', nsp.nspname, seq.relname)))         as detail,
       format('revoke update on %s from %s',
              case when count(distinct seq.oid) <= 50
                   then 'sequence ' || string_agg(distinct format('%I.%I', nsp.nspname, seq.relname), ', ')
                   else 'all sequences in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                    as fix,
       true                                                                                    as exposed
  from fed
  join pg_catalog.pg_class     seq on seq.oid = fed.sequence and seq.relkind = 'S'
  join pg_catalog.pg_namespace nsp on nsp.oid = seq.relnamespace
  cross join aclexplode(seq.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where fed.relation in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and acl.privilege_type = 'UPDATE' and acl.grantee <> seq.relowner
   and acl.grantee in (select oid from subject)
 group by rol.rolname
 order by object
) rule
 order by object, detail;

-- --- sequential-scans ------------------------------------------------------------------------------------------------
select 'sequential-scans' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
with scan as (  -- counted so far, those of the running transaction included
    select tab.relid, tab.seq_scan + now.seq_scan as scans, tab.seq_tup_read + now.seq_tup_read as rows
      from pg_catalog.pg_stat_user_tables tab
      join pg_catalog.pg_stat_xact_user_tables now on now.relid = tab.relid
)
select format('%I.%I', nsp.nspname, rel.relname)                                                 as object,
       format('was read from end to end %s times, about %s rows each: the policy finds no index to use',
              scan.scans, scan.rows / scan.scans)                                                as detail,
       null::text                                                                                as fix,
       true                                                                                      as exposed
  from scan
  join pg_catalog.pg_class     rel on rel.oid = scan.relid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relrowsecurity
   and scan.scans >= 20 and scan.rows / scan.scans >= 10000
 order by object
) rule
 order by object, detail;

-- --- server-file-function-granted ------------------------------------------------------------------------------------
select 'server-file-function-granted' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
select format('function pg_catalog.%I(%s)', pro.proname, oidvectortypes(pro.proargtypes))    as object,
       format('granted to %s, it opens the file system of the server past every policy',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))              as detail,
       format('revoke execute on function pg_catalog.%I(%s) from %s', pro.proname, oidvectortypes(pro.proargtypes),
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))       as fix,
       true                                                                                  as exposed
  from pg_catalog.pg_proc pro, aclexplode(pro.proacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where pro.pronamespace = 'pg_catalog'::regnamespace
   and pro.proname in ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'lo_import', 'lo_export')
   and acl.grantee <> pro.proowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and acl.grantee not in (select oid from pg_catalog.pg_roles where rolname ~ '^pg_')
 group by pro.oid, pro.proname, pro.proargtypes
 order by object
) rule
 order by object, detail;

-- --- server-file-role-reachable --------------------------------------------------------------------------------------
select 'server-file-role-reachable' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with recursive edge as (
    select mem.member, mem.roleid, mem.grantor
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'set_option')::boolean, true)
        or coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
reach as (
    select unnest(current_setting('hedgerow.logins')::oid[]) as role
    union
    select edge.roleid from reach join edge on edge.member = reach.role
)
select format('role %I', mem.rolname)                                                    as object,
       format('is a member of %I: it %s', pre.rolname,
              case pre.rolname
                  when 'pg_read_server_files' then 'reads any file of the server, those of the tables included'
                  when 'pg_write_server_files' then 'writes any file of the server, which leads to superuser'
                  else 'runs programs as the user of the server, which leads to superuser' end) as detail,
       format('revoke %I from %I%s', pre.rolname, mem.rolname,
              case when current_setting('server_version_num')::int >= 160000 and gra.oid <> 10
                   then format(' granted by %I', gra.rolname) end)                       as fix,
       true                                                                              as exposed
  from edge
  join pg_catalog.pg_roles pre on pre.oid = edge.roleid
  join pg_catalog.pg_roles mem on mem.oid = edge.member
  left join pg_catalog.pg_roles gra on gra.oid = edge.grantor
 where pre.rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
   and edge.member in (select role from reach)
 order by object, detail
) rule
 order by object, detail;

-- --- server-vulnerability --------------------------------------------------------------------------------------------
select 'server-vulnerability' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with known (cve, fixed, extension, what) as (  -- from vulnerabilities.tsv
    values ('CVE-2023-2454', array[150003], null,
            'CREATE on the database leads to superuser'),
           ('CVE-2023-39417', array[150004], null,
            'an extension script with substitutions runs injected SQL'),
           ('CVE-2023-5868', array[150005, 160001], null,
            'aggregates disclose memory of the server'),
           ('CVE-2023-5869', array[150005, 160001], null,
            'a crafted array runs code'),
           ('CVE-2024-0985', array[150006], null,
            'REFRESH ... CONCURRENTLY runs the owner''s code as the caller'),
           ('CVE-2024-10979', array[150009, 160005, 170001], 'plperl',
            'PL/Perl changes the environment of the server and runs code'),
           ('CVE-2026-2003', array[150016, 160012, 170008, 180002], null,
            'oidvector discloses memory of the server'),
           ('CVE-2026-2004', array[150016, 160012, 170008, 180002], 'intarray',
            'intarray runs code through a selectivity estimator'),
           ('CVE-2026-2005', array[150016, 160012, 170008, 180002], 'pgcrypto',
            'pgcrypto runs code through a crafted ciphertext'),
           ('CVE-2026-2006', array[150016, 160012, 170008, 180002], null,
            'malformed multibyte text runs code'),
           ('CVE-2026-6472', array[150018, 160014, 170010, 180004], null,
            'CREATE TYPE makes a type where the role may not create'),
           ('CVE-2026-6473', array[150018, 160014, 170010, 180004], null,
            'an integer that wraps around overwrites memory'),
           ('CVE-2026-6637', array[150018, 160014, 170010, 180004], 'refint',
            'refint overwrites the stack')
),
server as (  -- a dump is reviewed on another server than its own: hedgerow.server_version_num names an older one
    select least(current_setting('server_version_num')::int,
                 nullif(current_setting('hedgerow.server_version_num', true), '')::int) as version
)
select known.cve                                                                                as object,
       format('PostgreSQL %s.%s: %s; fixed in %s.%s', version / 10000, version % 10000, known.what,
              fix / 10000, fix % 10000)                                                         as detail,
       null::text                                                                               as fix,
       known.extension is null
       or exists (select from pg_catalog.pg_extension ext where ext.extname = known.extension)  as exposed
  from server, known, unnest(known.fixed) fix
 where fix / 10000 = version / 10000 and version < fix
 order by object
) rule
 order by object, detail;

-- --- set-config-executable -------------------------------------------------------------------------------------------
select 'set-config-executable' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
select 'function pg_catalog.set_config(text, text, boolean)'                                 as object,
       format('%s may call it inside a query, and so change %s between two rows',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '),
              array_to_string((current_setting('hedgerow.variables')::text[])[1:3], ', '))   as detail,
       format('revoke execute on function pg_catalog.set_config(text, text, boolean) from %s',
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))       as fix,
       true                                                                                  as exposed
  from pg_catalog.pg_proc pro, aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where pro.oid = 'pg_catalog.set_config(text, text, boolean)'::regprocedure
   and acl.grantee <> pro.proowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
   and current_setting('hedgerow.variables')::text[] <> '{}'
 group by pro.oid
 order by object
) rule
 order by object, detail;

-- --- statement-logging -----------------------------------------------------------------------------------------------
select 'statement-logging' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
with noisy (regex, what) as (
    values ('^log_statement=(all|mod|ddl,.*)$', 'every statement'),
           ('^log_min_duration_statement=[0-9]+', 'slow statements with their values'),
           ('^log_min_duration_sample=[0-9]+', 'a sample of statements with their values'),
           ('^auto_explain\.log_min_duration=[0-9]+', 'plans with the conditions of the query'),
           ('^debug_print_(parse|rewritten|plan)=(on|true|yes|1)$', 'parse trees with their constants')
)
select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       format('logs %s: the log file holds data of all tenants', noisy.what)                    as detail,
       case when rol.oid is null and dat.oid is null then format('alter role all reset %s', split_part(config, '=', 1))
            when rol.oid is null then format('alter database %I reset %s', dat.datname, split_part(config, '=', 1))
            when dat.oid is null then format('alter role %I reset %s', rol.rolname, split_part(config, '=', 1))
            else format('alter role %I in database %I reset %s', rol.rolname, dat.datname, split_part(config, '=', 1))
       end                                                                                      as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
  cross join unnest(stored.setconfig) config
  join noisy on config ~* noisy.regex
 where (stored.setdatabase = 0 or dat.datname = current_database())
union all
select 'setting ' || setting.name, format('logs %s: the log file holds data of all tenants', noisy.what), null, true
  from pg_catalog.pg_settings setting
  join noisy on setting.name || '=' || setting.setting ~* noisy.regex
 where setting.source in ('configuration file', 'command line')
 order by object, detail
) rule
 order by object, detail;

-- --- statements-visible ----------------------------------------------------------------------------------------------
select 'statements-visible' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
select format('%I.%I', nsp.nspname, rel.relname)                                                as object,
       format('%s may read it: a role that serves all tenants sees the statements of all of them',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))                 as detail,
       format('revoke all on table %I.%I from %s', nsp.nspname, rel.relname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))          as fix,
       true                                                                                     as exposed
  from pg_catalog.pg_extension ext
  join pg_catalog.pg_depend    dep on dep.refclassid = 'pg_catalog.pg_extension'::regclass and dep.refobjid = ext.oid
                                  and dep.classid = 'pg_catalog.pg_class'::regclass and dep.deptype = 'e'
  join pg_catalog.pg_class     rel on rel.oid = dep.objid and rel.relname = 'pg_stat_statements'
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where ext.extname = 'pg_stat_statements'
   and acl.privilege_type = 'SELECT' and acl.grantee <> rel.relowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- statistics-view-unfixed -----------------------------------------------------------------------------------------
select 'statistics-view-unfixed' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select format('pg_catalog.%I', rel.relname)                                                      as object,
       'shows statistics to others than the owner of the table: the script for CVE-2024-4317 was not run here'
                                                                                                 as detail,
       null::text                                                                                as fix,
       true                                                                                      as exposed
  from pg_catalog.pg_class rel
 where rel.relnamespace = 'pg_catalog'::regnamespace
   and rel.relname in ('pg_stats_ext', 'pg_stats_ext_exprs')
   and pg_get_viewdef(rel.oid) !~ 'pg_has_role'
 order by object
) rule
 order by object, detail;

-- --- table-code-replaceable ------------------------------------------------------------------------------------------
select 'table-code-replaceable' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select rol.oid, rol.rolname
      from pg_catalog.pg_roles rol
     where rol.oid in (select unnest(current_setting('hedgerow.subjects')::oid[])) and not rol.rolsuper
),
code as (  -- functions that run when a table is written, checked or indexed
    select dep.refobjid as routine, 'a constraint' as what, con.conrelid as relation
      from pg_catalog.pg_depend dep
      join pg_catalog.pg_constraint con on dep.classid = 'pg_catalog.pg_constraint'::regclass and con.oid = dep.objid
     where dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select dep.refobjid, 'an index', ind.indrelid
      from pg_catalog.pg_depend dep
      join pg_catalog.pg_index ind on dep.classid = 'pg_catalog.pg_class'::regclass and ind.indexrelid = dep.objid
     where dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select dep.refobjid, 'a default or generated column', def.adrelid
      from pg_catalog.pg_depend dep
      join pg_catalog.pg_attrdef def on dep.classid = 'pg_catalog.pg_attrdef'::regclass and def.oid = dep.objid
     where dep.refclassid = 'pg_catalog.pg_proc'::regclass
    union
    select trg.tgfoid, 'a trigger', trg.tgrelid from pg_catalog.pg_trigger trg where not trg.tgisinternal
)
select format('function %I.%I(%s)', fns.nspname, pro.proname, oidvectortypes(pro.proargtypes))   as object,
       format('is %s of %s, which %I owns, and %I may replace it', min(code.what),
              min(format('%I.%I', nsp.nspname, rel.relname)), min(own.rolname), subject.rolname) as detail,
       format('alter routine %I.%I(%s) owner to %I', fns.nspname, pro.proname, oidvectortypes(pro.proargtypes),
              min(own.rolname))                                                                  as fix,
       true                                                                                      as exposed
  from code
  join pg_catalog.pg_proc      pro on pro.oid = code.routine
  join pg_catalog.pg_namespace fns on fns.oid = pro.pronamespace
  join subject                     on subject.oid = pro.proowner
  join pg_catalog.pg_class     rel on rel.oid = code.relation
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     own on own.oid = rel.relowner
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relowner <> pro.proowner
 group by fns.nspname, pro.proname, pro.proargtypes, subject.rolname
 order by object
) rule
 order by object, detail;

-- --- table-open ------------------------------------------------------------------------------------------------------
select 'table-open' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (  -- schemas that a subject may look into
    select nsp.oid
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'USAGE' and acl.grantee in (select oid from subject)
    union
    select nsp.oid
      from pg_catalog.pg_namespace nsp, subject
     where subject.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
),
granted as (  -- to subjects, on whole tables and on columns
    select rel.oid as relation, acl.grantee, acl.privilege_type
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
    union
    select att.attrelid, acl.grantee, acl.privilege_type
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid, privilege
      from pg_catalog.pg_class rel
      join subject sub on sub.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
     cross join unnest(case sub.oid when 'pg_read_all_data'::regrole then array['SELECT']
                                    else array['INSERT', 'UPDATE', 'DELETE'] end) privilege
),
reached as (
    select gra.relation,
           string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', ') as roles,
           string_agg(distinct gra.privilege_type, ', ')                    as privileges,
           bool_or(gra.privilege_type <> 'SELECT')                          as written
      from granted gra
      left join pg_catalog.pg_roles rol on rol.oid = gra.grantee
     where gra.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
     group by gra.relation
)
select format('%I.%I', nsp.nspname, rel.relname)                                               as object,
       format('no policy guards it from %s (%s), and it is not declared as shared',
              rea.roles, rea.privileges)                                                       as detail,
       null::text                                                                              as fix,
       rea.written                                                                             as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join reached                 rea on rea.relation = rel.oid
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and nsp.oid in (select oid from usable)
   and rel.relkind in ('r', 'p', 'f') and not rel.relrowsecurity and rel.relpersistence <> 't'
   and rel.oid not in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
   and not exists (select from pg_catalog.pg_policy pol where pol.polrelid = rel.oid)
   and not exists (select from pg_catalog.pg_inherits inh where inh.inhrelid = rel.oid)
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = rel.oid
                      and dep.deptype = 'e')
 order by object
) rule
 order by object, detail;

-- --- temp-privilege --------------------------------------------------------------------------------------------------
select 'temp-privilege' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
select 'database ' || quote_ident(dat.datname)                                            as object,
       format('%s may create temporary tables and functions, which shadow names and change the tenant in mid-statement',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))           as detail,
       format('revoke temporary on database %I from %s', dat.datname,
              string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', '))    as fix,
       true                                                                               as exposed
  from pg_catalog.pg_database dat
  cross join aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where dat.datname = current_database()
   and acl.privilege_type = 'TEMPORARY' and acl.grantee <> dat.datdba
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by dat.datname
 order by object
) rule
 order by object, detail;

-- --- tenant-index-missing --------------------------------------------------------------------------------------------
select 'tenant-index-missing' as rule,
       case when exposed then 'info' else 'info' end as severity, object, detail, fix
  from (
with tenant_column as (
    select att.attrelid, att.attnum, att.attname
      from pg_catalog.pg_attribute att
     where att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[]))
       and att.attrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
       and att.attnum > 0 and not att.attisdropped
),
led as (
    select ind.indrelid
      from pg_catalog.pg_index ind
      join tenant_column ten on ten.attrelid = ind.indrelid and ten.attnum = ind.indkey[0]
     where ind.indisvalid and ind.indpred is null
)
select format('%I.%I', nsp.nspname, rel.relname)                                                as object,
       format('no index starts with %s, so every query reads the rows of all tenants%s',
              string_agg(quote_ident(ten.attname), ' or ' order by ten.attname),
              case when rel.reltuples >= 0 then format(' (about %s)', rel.reltuples::bigint) end) as detail,
       format('create index on %I.%I (%I)', nsp.nspname, rel.relname, min(ten.attname::text))   as fix,
       true                                                                                     as exposed
  from tenant_column ten
  join pg_catalog.pg_class     rel on rel.oid = ten.attrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
 where rel.relrowsecurity and not rel.relispartition
   and rel.oid not in (select indrelid from led)
 group by rel.oid, nsp.nspname, rel.relname, rel.reltuples
 order by object
) rule
 order by object, detail;

-- --- tenant-key-not-checked ------------------------------------------------------------------------------------------
select 'tenant-key-not-checked' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select format('%I.%I constraint %I', nsp.nspname, rel.relname, con.conname)                      as object,
       case when (to_jsonb(con) ->> 'conenforced')::boolean is false
            then 'is declared, and not enforced: references may cross tenants'
            else 'was never validated: rows older than it may cross tenants' end                  as detail,
       case when (to_jsonb(con) ->> 'conenforced')::boolean is false
            then format('alter table %I.%I alter constraint %I enforced', nsp.nspname, rel.relname, con.conname)
            else format('alter table %I.%I validate constraint %I', nsp.nspname, rel.relname, con.conname)
       end                                                                                        as fix,
       true                                                                                       as exposed
  from pg_catalog.pg_constraint con
  join pg_catalog.pg_class      rel on rel.oid = con.conrelid
  join pg_catalog.pg_namespace  nsp on nsp.oid = rel.relnamespace
 where con.contype = 'f' and con.conparentid = 0 and not con.convalidated and cardinality(con.conkey) > 1
   and rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and exists (select from pg_catalog.pg_attribute att
                where att.attrelid = con.conrelid and att.attnum = any (con.conkey)
                  and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[])))
 order by object
) rule
 order by object, detail;

-- --- tenant-variable-preset ------------------------------------------------------------------------------------------
select 'tenant-variable-preset' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
select concat_ws(' in ', case when rol.oid is not null then format('role %I', rol.rolname) end,
                 case when dat.oid is not null then format('database %I', dat.datname) end,
                 case when stored.setrole = 0 and stored.setdatabase = 0 then 'all roles' end)  as object,
       format('stores a value for %s: a session that forgets to bind is somebody''s all the same', setting.name)
                                                                                                 as detail,
       case when rol.oid is null and dat.oid is null then format('alter role all reset %s', setting.spelled)
            when rol.oid is null then format('alter database %I reset %s', dat.datname, setting.spelled)
            when dat.oid is null then format('alter role %I reset %s', rol.rolname, setting.spelled)
            else format('alter role %I in database %I reset %s', rol.rolname, dat.datname, setting.spelled) end as fix,
       rol.oid is null or rol.oid in (select unnest(current_setting('hedgerow.logins')::oid[]))  as exposed
  from pg_catalog.pg_db_role_setting stored
  left join pg_catalog.pg_roles rol on rol.oid = stored.setrole
  left join pg_catalog.pg_database dat on dat.oid = stored.setdatabase
  cross join unnest(stored.setconfig) config
  cross join lateral (select split_part(config, '=', 1) as name,
                             (select string_agg(quote_ident(part), '.')
                                from unnest(string_to_array(split_part(config, '=', 1), '.')) part) as spelled) setting
 where lower(setting.name) in (select lower(unnest(current_setting('hedgerow.variables')::text[])))
   and length(config) > length(setting.name) + 1
   and (stored.setdatabase = 0 or dat.datname = current_database())
 order by object, detail
) rule
 order by object, detail;

-- --- trigger-copies-rows ---------------------------------------------------------------------------------------------
select 'trigger-copies-rows' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
tenant as (
    select unnest(current_setting('hedgerow.tenant_tables')::oid[]) as oid
),
code as (
    select distinct pro.oid, trg.tgrelid,
           regexp_replace(regexp_replace(pro.prosrc, '--[^\n]*', '', 'g'), '/\*.*?\*/', '', 'g') as body
      from pg_catalog.pg_trigger trg
      join pg_catalog.pg_proc pro on pro.oid = trg.tgfoid
     where not trg.tgisinternal and trg.tgrelid in (select oid from tenant)
),
target as (
    select distinct code.oid as routine, code.tgrelid, replace(found[1], '"', '') as schema,
           replace(found[2], '"', '') as name
      from code,
           regexp_matches(code.body, '\minsert\s+into\s+(?:("?[\w$]+"?)\s*\.\s*)?("?[\w$]+"?)', 'gi') found
     where code.body ~* '\m(new|old)\M'
),
granted as (
    select rel.oid as relation, acl.grantee, acl.grantee = rel.relowner as owns
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select rel.oid, sub.oid, true  -- on every table
      from pg_catalog.pg_class rel, subject sub
     where rel.relkind in ('r', 'p') and sub.oid = 'pg_read_all_data'::regrole
)
select format('%I.%I', nsp.nspname, rel.relname)                                            as object,
       format('has no row security, is open to %s, and a trigger of %s copies rows into it',
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '),
              string_agg(distinct format('%I.%I', sns.nspname, src.relname), ', '))         as detail,
       format('revoke select on table %I.%I from ', nsp.nspname, rel.relname)
       || string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ')
              filter (where not granted.owns)                                               as fix,
       true                                                                                 as exposed
  from target
  join pg_catalog.pg_class     rel on lower(rel.relname) = lower(target.name)
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
                                  and (target.schema is null or lower(nsp.nspname) = lower(target.schema))
  join pg_catalog.pg_class     src on src.oid = target.tgrelid
  join pg_catalog.pg_namespace sns on sns.oid = src.relnamespace
  join granted                     on granted.relation = rel.oid
  left join pg_catalog.pg_roles rol on rol.oid = granted.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p') and not rel.relrowsecurity
   and rel.oid <> target.tgrelid
   and rel.oid not in (select unnest(current_setting('hedgerow.shared_tables')::oid[]))
 group by nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- --- trigger-privilege -----------------------------------------------------------------------------------------------
select 'trigger-privilege' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
maker as (  -- a trigger needs a function, in some schema or in pg_temp
    select 1
      from pg_catalog.pg_database dat, aclexplode(coalesce(dat.datacl, acldefault('d', dat.datdba))) acl
     where dat.datname = current_database() and acl.privilege_type in ('TEMPORARY', 'CREATE')
       and acl.grantee in (select oid from subject)
    union all
    select 1
      from pg_catalog.pg_namespace nsp, aclexplode(coalesce(nsp.nspacl, acldefault('n', nsp.nspowner))) acl
     where acl.privilege_type = 'CREATE' and acl.grantee in (select oid from subject)
)
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                        as object,
       format('may put triggers on %s table(s) such as %s, which then run with the rights of whoever writes',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                          as detail,
       format('revoke trigger on %s from %s',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                      as fix,
       exists (select from maker)                                                                as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind in ('r', 'p', 'v', 'f')
   and acl.privilege_type = 'TRIGGER' and acl.grantee <> rel.relowner
   and acl.grantee in (select oid from subject)
 group by rol.rolname
 order by object
) rule
 order by object, detail;

-- --- truncate-privilege ----------------------------------------------------------------------------------------------
select 'truncate-privilege' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
select coalesce(format('role %I', rol.rolname), 'PUBLIC')                                        as object,
       format('may TRUNCATE %s tenant table(s) such as %s: all tenants'' rows at once, no policy is asked',
              count(*), min(format('%I.%I', nsp.nspname, rel.relname)))                          as detail,
       format('revoke truncate on %s from %s',
              case when count(*) <= 50
                   then 'table ' || string_agg(format('%I.%I', nsp.nspname, rel.relname), ', '
                                               order by nsp.nspname, rel.relname)
                   else 'all tables in schema ' || string_agg(distinct quote_ident(nsp.nspname), ', ') end,
              coalesce(quote_ident(rol.rolname), 'public'))                                      as fix,
       true                                                                                      as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  cross join aclexplode(rel.relacl) acl
  left join pg_catalog.pg_roles rol on rol.oid = acl.grantee
 where rel.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and acl.privilege_type = 'TRUNCATE' and acl.grantee <> rel.relowner
   and acl.grantee in (select unnest(current_setting('hedgerow.subjects')::oid[]))
 group by rol.rolname
 order by object
) rule
 order by object, detail;

-- --- unique-without-tenant -------------------------------------------------------------------------------------------
select 'unique-without-tenant' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
tenant_column as (  -- a person's own id says who made a row, not whose it is
    select att.attrelid, att.attnum, att.attname, att.attnotnull
      from pg_catalog.pg_attribute att
     where att.attrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
       and att.attname in (select unnest(current_setting('hedgerow.tenant_columns')::text[]))
       and att.attname !~* '(^|_)(user|owner|author|creator|profile|person|member|created_?by)(_?id)?$'
       and att.attnum > 0 and not att.attisdropped
),
writable as (
    select rel.oid as relation
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type in ('INSERT', 'UPDATE') and acl.grantee in (select oid from subject)
),
key as (
    select ind.indexrelid, ind.indrelid, (ind.indkey::int2[])[0:ind.indnkeyatts - 1] as columns
      from pg_catalog.pg_index ind
     where ind.indisunique and ind.indislive
       and ind.indrelid in (select attrelid from tenant_column)
       and not exists (select from pg_catalog.pg_inherits inh where inh.inhrelid = ind.indexrelid)
),
generated as (  -- values that nobody chooses: uuids, counters, and keys of other rows
    select att.attrelid, att.attnum
      from pg_catalog.pg_attribute att
      left join pg_catalog.pg_attrdef def on def.adrelid = att.attrelid and def.adnum = att.attnum
     where att.atttypid = 'uuid'::regtype or att.attidentity <> ''
        or pg_get_expr(def.adbin, def.adrelid) ~ '^nextval\('
    union
    select con.conrelid, unnest(con.conkey)
      from pg_catalog.pg_constraint con
     where con.contype = 'f'
       and con.confrelid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
),
single as (  -- tables with one row for each tenant, where a name may well be unique in the world
    select key.indrelid
      from key join tenant_column ten on ten.attrelid = key.indrelid
     where key.columns = array[ten.attnum]
),
loose as (
    select key.indexrelid, key.indrelid, min(ten.attname::text) as tenant, bool_and(ten.attnotnull) as attnotnull,
           exists (select from generated gen where gen.attrelid = key.indrelid and gen.attnum = any (key.columns))
           or key.indrelid in (select indrelid from single)                        as harmless
      from key
      join tenant_column ten on ten.attrelid = key.indrelid
     group by key.indexrelid, key.indrelid, key.columns
    having not bool_or(ten.attnum = any (key.columns))
)
select format('%I.%I index %I', nsp.nspname, rel.relname, idx.relname)                         as object,
       format('is unique over all tenants: a value of %s is refused where another tenant has it',
              substring(split_part(split_part(pg_get_indexdef(idx.oid), ' WHERE ', 1), ' INCLUDE ', 1)
                        from 'USING \w+ (.*)$'))                                               as detail,
       case when exists (select from pg_catalog.pg_constraint ref
                          where ref.contype = 'f' and ref.conindid = idx.oid)
                 or idx.reltablespace <> 0
                 or not loose.attnotnull and (con.contype = 'p' or ind.indisreplident)
                 or exists (select from pg_catalog.pg_attribute att
                             where att.attrelid = idx.oid and coalesce(att.attstattarget, -1) >= 0) then null
            when con.oid is not null
            then format('alter table %1$I.%2$I drop constraint %3$I, add constraint %3$I %4$s',
                        nsp.nspname, rel.relname, con.conname,
                        regexp_replace(
                            regexp_replace(pg_get_constraintdef(con.oid), '\(', format('(%I, ', loose.tenant)),
                            '( DEFERRABLE.*)?$',
                            coalesce(' WITH (' || array_to_string(idx.reloptions, ', ') || ')', '') || '\1'))
            else format('drop index %I.%I; ', nsp.nspname, idx.relname)
                 || regexp_replace(replace(pg_get_indexdef(idx.oid), ' ON ONLY ', ' ON '), 'USING btree \(',
                                   format('USING btree (%I, ', loose.tenant))
       end
       || case when obj_description(con.oid, 'pg_constraint') is not null
               then format('; comment on constraint %I on %I.%I is %L', con.conname, nsp.nspname, rel.relname,
                           obj_description(con.oid, 'pg_constraint')) else '' end
       || coalesce(format('; comment on index %I.%I is ', nsp.nspname, idx.relname)
                   || quote_literal(obj_description(idx.oid, 'pg_class')), '')
       || case when ind.indisreplident and rel.relreplident = 'i'
               then format('; alter table %I.%I replica identity using index %I', nsp.nspname, rel.relname, idx.relname)
               else '' end
       || case when ind.indisclustered
               then format('; alter table %I.%I cluster on %I', nsp.nspname, rel.relname, idx.relname)
               else '' end                                                                     as fix,
       rel.oid in (select relation from writable) and not loose.harmless                       as exposed
  from loose
  join pg_catalog.pg_class     idx on idx.oid = loose.indexrelid
  join pg_catalog.pg_index     ind on ind.indexrelid = loose.indexrelid
  join pg_catalog.pg_class     rel on rel.oid = loose.indrelid
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  left join pg_catalog.pg_constraint con on con.conindid = idx.oid and con.contype in ('p', 'u')
 order by object
) rule
 order by object, detail;

-- --- untrusted-function-executable -----------------------------------------------------------------------------------
select 'untrusted-function-executable' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
granted as (
    select pro.oid as routine, acl.grantee, acl.grantee = pro.proowner as owns
      from pg_catalog.pg_proc pro
      join pg_catalog.pg_language lan on lan.oid = pro.prolang and not lan.lanpltrusted,
           aclexplode(coalesce(pro.proacl, acldefault('f', pro.proowner))) acl
     where acl.grantee in (select oid from subject)
)
select format('function %I.%I(%s)', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))  as object,
       format('written in %s, which nothing confines, and callable by %s', lan.lanname,
              string_agg(distinct coalesce(rol.rolname::text, 'PUBLIC'), ', '))                 as detail,
       format('revoke execute on routine %I.%I(%s) from ', nsp.nspname, pro.proname, oidvectortypes(pro.proargtypes))
       || string_agg(distinct coalesce(quote_ident(rol.rolname), 'public'), ', ') filter (where not gra.owns) as fix,
       true                                                                                     as exposed
  from granted gra
  join pg_catalog.pg_proc      pro on pro.oid = gra.routine
  join pg_catalog.pg_language  lan on lan.oid = pro.prolang
  join pg_catalog.pg_namespace nsp on nsp.oid = pro.pronamespace
  left join pg_catalog.pg_roles rol on rol.oid = gra.grantee
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid and dep.deptype = 'e')
 group by nsp.nspname, pro.proname, pro.proargtypes, lan.lanname
 order by object
) rule
 order by object, detail;

-- --- user-mapping-for-public -----------------------------------------------------------------------------------------
select 'user-mapping-for-public' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
usable as (  -- servers that a subject can send a query to
    select srv.oid
      from pg_catalog.pg_foreign_server srv, aclexplode(coalesce(srv.srvacl, acldefault('S', srv.srvowner))) acl
     where acl.grantee in (select oid from subject)
    union
    select ftr.ftserver
      from pg_catalog.pg_foreign_table ftr
      join pg_catalog.pg_class rel on rel.oid = ftr.ftrelid,
           aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.grantee in (select oid from subject)
)
select format('user mapping for public on server %I', map.srvname)                    as object,
       'whoever uses the server is the same user on the far side'                     as detail,
       format('drop user mapping for public server %I', map.srvname)                  as fix,
       map.srvid in (select oid from usable)                                          as exposed
  from pg_catalog.pg_user_mappings map
 where map.umuser = 0
 order by object
) rule
 order by object, detail;

-- --- view-bypasses-rls -----------------------------------------------------------------------------------------------
select 'view-bypasses-rls' as rule,
       case when exposed then 'error' else 'info' end as severity, object, detail, fix
  from (
with recursive subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
edge as (
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
definer as (  -- views that read as their owner
    select rel.oid, rel.relname, rel.relnamespace, rel.relowner
      from pg_catalog.pg_class rel
     where rel.relkind = 'v'
       and not exists (select from unnest(rel.reloptions) option
                        where option ~* '^security_invoker=(t|tr|tru|true|y|ye|yes|on|1)$')
),
has as (  -- roles whose privileges the owner of a view has
    select relowner as role, relowner as target from definer
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target
),
reads as (
    select distinct rew.ev_class as view, dep.refobjid as relation
      from pg_catalog.pg_rewrite rew
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_rewrite'::regclass and dep.objid = rew.oid
                                   and dep.refclassid = 'pg_catalog.pg_class'::regclass
     where rew.ev_type = '1' and dep.refobjid <> rew.ev_class
),
reached as (  -- by a privilege, or through another view that reads as its owner
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where rel.relkind = 'v' and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.grantee in (select oid from subject)
    union
    select rel.oid
      from pg_catalog.pg_class rel, subject
     where rel.relkind = 'v' and subject.oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole)
    union
    select reads.relation
      from reached join definer on definer.oid = reached.oid join reads on reads.view = definer.oid
)
select format('%I.%I', nsp.nspname, definer.relname)                                    as object,
       format('reads %s as %I, %s', string_agg(format('%I.%I', tns.nspname, tab.relname), ', '
                                               order by tns.nspname, tab.relname),
              own.rolname,
              case when own.rolsuper then 'a superuser'
                   when own.rolbypassrls then 'who has BYPASSRLS'
                   else 'whom row security does not bind: it owns the table, and FORCE is not set' end) as detail,
       format('alter view %I.%I set (security_invoker = true)', nsp.nspname, definer.relname) as fix,
       definer.oid in (select oid from reached)                                         as exposed
  from definer
  join pg_catalog.pg_namespace nsp on nsp.oid = definer.relnamespace
  join pg_catalog.pg_roles     own on own.oid = definer.relowner
  join reads                       on reads.view = definer.oid
  join pg_catalog.pg_class     tab on tab.oid = reads.relation
  join pg_catalog.pg_namespace tns on tns.oid = tab.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and tab.relrowsecurity
   and (own.rolsuper or own.rolbypassrls
        or not tab.relforcerowsecurity
           and exists (select from has where has.role = own.oid and has.target = tab.relowner))
   and not exists (select from pg_catalog.pg_depend dep
                    where dep.classid = 'pg_catalog.pg_class'::regclass and dep.objid = definer.oid
                      and dep.deptype = 'e')
 group by nsp.nspname, definer.relname, definer.oid, own.rolname, own.rolsuper, own.rolbypassrls
 order by object
) rule
 order by object, detail;

-- --- view-chain-bypasses-rls -----------------------------------------------------------------------------------------
select 'view-chain-bypasses-rls' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with recursive subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
edge as (
    select mem.member, mem.roleid
      from pg_catalog.pg_auth_members mem
      join pg_catalog.pg_roles rol on rol.oid = mem.member
     where coalesce((to_jsonb(mem) ->> 'inherit_option')::boolean, rol.rolinherit)
),
view as (
    select rel.oid, rel.relname, rel.relowner, nsp.nspname,
           not exists (select from unnest(rel.reloptions) option
                        where option ~* '^security_invoker=(t|tr|tru|true|y|ye|yes|on|1)$') as definer
      from pg_catalog.pg_class rel
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
     where rel.relkind = 'v'
),
has as (
    select relowner as role, relowner as target from view
    union
    select has.role, edge.roleid from has join edge on edge.member = has.target
),
reads as (
    select distinct rew.ev_class as view, dep.refobjid as relation
      from pg_catalog.pg_rewrite rew
      join pg_catalog.pg_depend dep on dep.classid = 'pg_catalog.pg_rewrite'::regclass and dep.objid = rew.oid
                                   and dep.refclassid = 'pg_catalog.pg_class'::regclass
     where rew.ev_type = '1' and dep.refobjid <> rew.ev_class
),
exempt as (  -- views that read past row security themselves
    select distinct view.oid, view.nspname, view.relname, own.rolname
      from view
      join pg_catalog.pg_roles own on own.oid = view.relowner
      join reads on reads.view = view.oid
      join pg_catalog.pg_class tab on tab.oid = reads.relation
     where view.definer and tab.relrowsecurity
       and (own.rolsuper or own.rolbypassrls
            or not tab.relforcerowsecurity
               and exists (select from has where has.role = own.oid and has.target = tab.relowner))
),
chain as (
    select reads.view as top, reads.relation as inner from reads join view on view.oid = reads.relation
    union
    select chain.top, reads.relation
      from chain join reads on reads.view = chain.inner join view on view.oid = reads.relation
)
select format('%I.%I', view.nspname, view.relname)                                              as object,
       format('%s, and leads to %I.%I, which reads past row security as %I',
              case when view.definer then 'is bound itself' else 'reads as the caller' end,
              exempt.nspname, exempt.relname, exempt.rolname)                                   as detail,
       format('alter view %I.%I set (security_invoker = true)', exempt.nspname, exempt.relname) as fix,
       exists (select from pg_catalog.pg_class rel,
                           aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
                where rel.oid = view.oid and acl.grantee in (select oid from subject))
       or exists (select from subject
                   where oid in ('pg_read_all_data'::regrole, 'pg_write_all_data'::regrole))    as exposed
  from chain
  join exempt on exempt.oid = chain.inner
  join view on view.oid = chain.top
 where view.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and view.oid not in (select oid from exempt)
 order by object, detail
) rule
 order by object, detail;

-- --- view-without-barrier --------------------------------------------------------------------------------------------
select 'view-without-barrier' as rule,
       case when exposed then 'warn' else 'info' end as severity, object, detail, fix
  from (
with subject as (
    select unnest(current_setting('hedgerow.subjects')::oid[]) as oid
),
readable as (
    select rel.oid
      from pg_catalog.pg_class rel, aclexplode(coalesce(rel.relacl, acldefault('r', rel.relowner))) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
    union
    select att.attrelid
      from pg_catalog.pg_attribute att, aclexplode(att.attacl) acl
     where acl.privilege_type = 'SELECT' and acl.grantee in (select oid from subject)
)
select format('%I.%I', nsp.nspname, rel.relname)                                          as object,
       format('its condition is all that guards %s, and the planner may run a cheaper condition of the caller first',
              string_agg(distinct format('%I.%I', tns.nspname, tab.relname), ', '))       as detail,
       format('alter view %I.%I set (security_barrier = true)', nsp.nspname, rel.relname) as fix,
       rel.oid in (select oid from readable)                                              as exposed
  from pg_catalog.pg_class     rel
  join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
  join pg_catalog.pg_roles     own on own.oid = rel.relowner
  join pg_catalog.pg_rewrite   rew on rew.ev_class = rel.oid and rew.ev_type = '1'
  join pg_catalog.pg_depend    dep on dep.classid = 'pg_catalog.pg_rewrite'::regclass and dep.objid = rew.oid
                                  and dep.refclassid = 'pg_catalog.pg_class'::regclass
  join pg_catalog.pg_class     tab on tab.oid = dep.refobjid
  join pg_catalog.pg_namespace tns on tns.oid = tab.relnamespace
 where nsp.nspname in (select unnest(current_setting('hedgerow.schemas')::text[]))
   and rel.relkind = 'v'
   and not exists (select from unnest(rel.reloptions) option
                    where option ~* '^security_(invoker|barrier)=(t|tr|tru|true|y|ye|yes|on|1)$')
   and tab.oid in (select unnest(current_setting('hedgerow.tenant_tables')::oid[]))
   and tab.oid not in (select oid from readable)       -- the view is then the fence
   and (not tab.relrowsecurity or own.rolsuper or own.rolbypassrls
        or own.oid = tab.relowner and not tab.relforcerowsecurity)
   and case when tab.relname is not null               -- evaluated last: the view has a condition at all
            then rew.ev_action::text ~ ':quals \{' end
 group by rel.oid, nsp.nspname, rel.relname
 order by object
) rule
 order by object, detail;

-- Only shapes are decided here, as the last row states.
select 'undecided' as rule, 'info' as severity, 'database ' || quote_ident(current_database()) as object,
       'what policies, views, functions and triggers mean was not decided: hedgerow review does' as detail,
       null as fix;

rollback;
