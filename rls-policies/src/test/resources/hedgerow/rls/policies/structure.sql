-- What every table, policy, function and role of the payments database must be like: a row for each that is not.
with
tenant_table as (
    select rel.oid, rel.relname, rel.relrowsecurity, rel.relforcerowsecurity, rel.relowner,
           bool_or(att.attname = 'livemode' and att.attnotnull) as livemode,
           bool_or(att.attname = 'updated_at')                  as updated
      from pg_class rel
      join pg_attribute att on att.attrelid = rel.oid and att.attnum > 0 and not att.attisdropped
     where rel.relnamespace = 'app'::regnamespace and rel.relkind in ('r', 'p')
     group by rel.oid
    having rel.relname = 'organization' or bool_or(att.attname = 'organization_id')
),
shared (relname) as (
    values ('provider'), ('provider_mode'), ('provider_currency'), ('chain'), ('asset')
),
every_table as (
    select * from pg_class
     where relnamespace in ('app'::regnamespace, 'app_private'::regnamespace) and relkind in ('r', 'p')
),
fence as (
    select pol.polrelid,
           pol.polpermissive = false and pol.polcmd = '*' and pol.polroles = '{0}'              as restrictive,
           regexp_replace(pg_get_expr(pol.polqual, pol.polrelid), ' AS \w+', '', 'g')           as using_text,
           regexp_replace(pg_get_expr(pol.polwithcheck, pol.polrelid), ' AS \w+', '', 'g')      as check_text
      from pg_policy pol
     where pol.polname = 'fence'
),
key as (
    select idx.indrelid, idx.indexrelid::regclass::text as name, idx.indisunique,
           array_agg(att.attname order by k.n) as columns
      from pg_index idx
     cross join unnest(idx.indkey::int2[]) with ordinality k (attnum, n)
      left join pg_attribute att on att.attrelid = idx.indrelid and att.attnum = k.attnum
     group by idx.indexrelid, idx.indrelid, idx.indisunique
),
reference as (
    select con.conname, con.conrelid, con.confrelid, con.conkey, con.confdeltype,
           exists (select from unnest(con.conkey, con.confkey) k (child, parent)
                     join pg_attribute c on c.attrelid = con.conrelid and c.attnum = k.child
                     join pg_attribute p on p.attrelid = con.confrelid and p.attnum = k.parent
                    where c.attname = 'livemode' and p.attname = 'livemode') as carries_mode,
           (select array_agg(att.attname order by k.n)
              from unnest(con.conkey) with ordinality k (attnum, n)
              join pg_attribute att on att.attrelid = con.conrelid and att.attnum = k.attnum) as columns
      from pg_constraint con
     where con.contype = 'f' and con.conrelid in (select oid from tenant_table)
),
expression as (
    select rel.relname, pol.polname, part.text
      from pg_policy pol
      join tenant_table rel on rel.oid = pol.polrelid
     cross join lateral (values (pg_get_expr(pol.polqual, pol.polrelid)),
                                (pg_get_expr(pol.polwithcheck, pol.polrelid))) part (text)
     where part.text is not null
)

select format('table %s has no row security', relname) as violation
  from every_table where not relrowsecurity and relname not in (select relname from shared)
union all
select format('table %s does not FORCE row security', relname)
  from every_table where relrowsecurity and not relforcerowsecurity
union all
select format('table %s does not belong to hedgerow_owner', relname)
  from every_table where relowner <> 'hedgerow_owner'::regrole
union all
select format('table %s has no fence', relname)
  from tenant_table where oid not in (select polrelid from fence)
union all
select format('the fence of %s is not restrictive, for all, to public', rel.relname)
  from fence join tenant_table rel on rel.oid = fence.polrelid where not fence.restrictive
union all
select format('the fence of %s reads: using (%s) with check (%s)', rel.relname, using_text, check_text)
  from fence
  join tenant_table rel on rel.oid = fence.polrelid
 cross join lateral (select case
           when rel.relname = 'organization' then '(id = ( SELECT app.organization_id()))'
           when rel.livemode then '((organization_id = ( SELECT app.organization_id()))'
                                  ' AND (livemode = ( SELECT app.livemode())))'
           else '(organization_id = ( SELECT app.organization_id()))' end as text) wanted
 where using_text is distinct from wanted.text or check_text is distinct from wanted.text
union all
select format('policy %s of %s is permissive and to public', pol.polname, rel.relname)
  from pg_policy pol join every_table rel on rel.oid = pol.polrelid
 where pol.polpermissive and pol.polroles = '{0}' and rel.relname not in (select relname from shared)
union all
select format('policy %s of %s has a sub-select beside the accessors: %s', polname, relname, text)
  from expression
 where regexp_count(text, 'SELECT')
       <> regexp_count(text, 'SELECT (app\.(organization_id|livemode|role|actor|user_id|agent_id)\(\)'
                             '|\(app\.role\(\) = ANY \(ARRAY\[(''\w+''::text(, )?)+\]\)\)'
                             '|app\.permits\(''\w+''::text, ''(read|write)''::text\))')
union all
select format('policy %s of %s calls an accessor for every row: %s', polname, relname, text)
  from expression
 where regexp_count(text, 'app\.\w+\(\)') <> regexp_count(text, 'SELECT \(?app\.\w+\(\)')
union all
-- The planner believes that it leaves one row in fifty, and reads a whole tenant for a page.
select format('policy %s of %s compares the role outside the sub-select: %s', polname, relname, text)
  from expression
 where text ~ 'SELECT app\.role\(\)( AS \w+)?\) = ANY'
union all
select format('key %s of %s does not begin with the tenant%s', key.name, rel.relname,
              case when rel.livemode then ' and the mode' else '' end)
  from key
  join tenant_table rel on rel.oid = key.indrelid
 where rel.relname <> 'organization'
   and (key.columns[1] is distinct from 'organization_id'
        or rel.livemode and key.indisunique and key.columns[2] is distinct from 'livemode')
union all
select format('reference %s of %s does not carry the tenant%s', ref.conname, child.relname,
              case when child.livemode and parent.livemode then ' and the mode' else '' end)
  from reference ref
  join tenant_table child on child.oid = ref.conrelid
  join tenant_table parent on parent.oid = ref.confrelid
 where ref.columns[1] is distinct from 'organization_id'
    or child.livemode and parent.livemode and ref.columns[2] is distinct from 'livemode'
union all
select format('reference %s of %s to shared data does not carry the mode', ref.conname, child.relname)
  from reference ref
  join tenant_table child on child.oid = ref.conrelid
  join pg_class parent on parent.oid = ref.confrelid
  join shared on shared.relname = parent.relname
 where child.livemode and not ref.carries_mode
union all
select format('the key of %s, by which it is replicated, has the generated column %s', rel.relname, att.attname)
  from every_table rel
  join pg_index idx on idx.indrelid = rel.oid and (idx.indisreplident or rel.relreplident = 'd' and idx.indisprimary)
  join pg_attribute att on att.attrelid = rel.oid and att.attnum = any (idx.indkey::int2[]) and att.attgenerated <> ''
union all
select format('table %s has no key by which it is replicated', rel.relname)
  from every_table rel
 where not exists (select from pg_index idx where idx.indrelid = rel.oid and idx.indisprimary)
union all
select format('reference %s of %s sets NULL or a default', ref.conname, child.relname)
  from reference ref join tenant_table child on child.oid = ref.conrelid
 where ref.confdeltype in ('n', 'd')
union all
select format('reference %s of %s has no index', ref.conname, child.relname)
  from reference ref join tenant_table child on child.oid = ref.conrelid
 where ref.confrelid in (select oid from tenant_table)
   and not exists (select from key where key.indrelid = ref.conrelid
                                     and key.columns[1:cardinality(ref.columns)] @> ref.columns)
union all
select format('table %s is not audited', rel.relname)
  from tenant_table rel
 where rel.relname not in ('audit_log', 'audit_block', 'webhook_delivery')
   and not exists (select from pg_trigger t
                    where t.tgrelid = rel.oid and t.tgfoid = 'app_private.audit()'::regprocedure
                      and t.tgenabled = 'O'
                      and (t.tgtype = 29 or t.tgtype = 5 and rel.relname in ('idempotency_key', 'outbox_event')))
union all
select format('table %s does not keep updated_at', rel.relname)
  from tenant_table rel
 where rel.updated and not exists (select from pg_trigger t
                                    where t.tgrelid = rel.oid and t.tgfoid = 'app_private.touch()'::regprocedure
                                      and t.tgenabled = 'O')
union all
select format('accessor %s is not stable and parallel safe', oid::regprocedure)
  from pg_proc
 where pronamespace = 'app'::regnamespace
   and proname in ('organization_id', 'livemode', 'role', 'actor', 'user_id', 'agent_id')
   and (provolatile <> 's' or proparallel <> 's')
union all
select format('function %s may be run by PUBLIC', oid::regprocedure)
  from pg_proc
 where pronamespace in ('app'::regnamespace, 'app_private'::regnamespace)
   and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0)
union all
select format('function %s runs as %s with search_path %s', oid::regprocedure, proowner::regrole, proconfig)
  from pg_proc
 where pronamespace in ('app'::regnamespace, 'app_private'::regnamespace) and prosecdef
   and (proowner not in ('hedgerow_owner'::regrole, 'hedgerow_auth'::regrole)
        or not coalesce('search_path=pg_catalog, pg_temp' = any (proconfig), false))
union all
select format('function %s of another schema runs as its owner for %s', proc.oid::regprocedure, login.rolname)
  from pg_proc proc, pg_roles login
 where proc.prosecdef and proc.pronamespace not in ('app'::regnamespace, 'app_private'::regnamespace)
   and login.rolname in ('hedgerow_app', 'hedgerow_worker')
   and has_function_privilege(login.oid, proc.oid, 'execute')
   and has_schema_privilege(login.oid, proc.pronamespace, 'usage')
union all
select format('role %s is stronger than it must be', rolname)
  from pg_roles
 where rolname like 'hedgerow\_%'
   and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
union all
select format('role %s is a member of %s', member::regrole, roleid::regrole)
  from pg_auth_members
 where member::regrole::text in ('hedgerow_owner', 'hedgerow_auth', 'hedgerow_app', 'hedgerow_worker',
                                 'hedgerow_reviewer')
union all
select format('%s has %s on %s', coalesce(grantee.rolname, 'PUBLIC'), acl.privilege_type, rel.relname)
  from every_table rel
 cross join aclexplode(rel.relacl) acl
  left join pg_roles grantee on grantee.oid = acl.grantee
 where acl.grantee <> rel.relowner
   and (acl.grantee = 0 or grantee.rolname = 'hedgerow_reviewer' or acl.is_grantable
        or acl.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
union all
select format('%s may reach the private table %s', acl.grantee::regrole, rel.relname)
  from every_table rel
 cross join aclexplode(rel.relacl) acl
 where rel.relnamespace = 'app_private'::regnamespace
   and acl.grantee::regrole::text in ('hedgerow_app', 'hedgerow_worker')
union all
select format('view %s does not run as its caller', oid::regclass)
  from pg_class
 where relnamespace in ('app'::regnamespace, 'app_private'::regnamespace, 'public'::regnamespace)
   and (relkind = 'm' or relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false))
union all
select format('%s may create in schema %s', login, nspname)
  from pg_namespace, unnest(array['hedgerow_app', 'hedgerow_worker', 'hedgerow_reviewer', 'hedgerow_auth']) login
 where nspname !~ '^pg_' and has_schema_privilege(login, oid, 'create')
union all
select format('%s may create temporary tables', login)
  from unnest(array['hedgerow_app', 'hedgerow_worker', 'hedgerow_reviewer']) login
 where has_database_privilege(login, current_database(), 'temporary')
union all
select format('%s may run %s', login, door.oid::regprocedure)
  from unnest(array['hedgerow_app', 'hedgerow_worker', 'hedgerow_reviewer']) login, pg_proc door
 where door.pronamespace = 'pg_catalog'::regnamespace and (door.proname = 'set_config' or door.proname like 'lo\_%')
   and has_function_privilege(login, door.oid, 'execute')
 order by violation
