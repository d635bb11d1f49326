-- What forbids to try leaks on this database itself: one line each. The parameter: roles that they are tried as.
with me as (
    select oid, rolname, rolsuper, rolbypassrls from pg_catalog.pg_roles where rolname = current_user
),
tame as (
    select ext.oid
      from pg_catalog.pg_extension ext
      join pg_catalog.pg_available_extension_versions ver on ver.name = ext.extname and ver.version = ext.extversion
     where ver.trusted or ext.extname in ('autoinc', 'insert_username', 'moddatetime', 'refint')
),
untrusted as (
    select trg.tgname, nsp.nspname, rel.relname, lng.lanname
      from pg_catalog.pg_trigger trg
      join pg_catalog.pg_class rel on rel.oid = trg.tgrelid
      join pg_catalog.pg_namespace nsp on nsp.oid = rel.relnamespace
      join pg_catalog.pg_proc pro on pro.oid = trg.tgfoid
      join pg_catalog.pg_language lng on lng.oid = pro.prolang
     where not trg.tgisinternal and trg.tgenabled <> 'D' and pro.oid >= 16384
       and not lng.lanpltrusted and lng.lanname <> 'internal'
       and not exists (select from pg_catalog.pg_depend dep
                        where dep.classid = 'pg_catalog.pg_proc'::regclass and dep.objid = pro.oid
                          and dep.deptype = 'e' and dep.refobjid in (select oid from tame))
),
unreachable as (
    select string_agg(rol.rolname, ', ' order by rol.rolname) as roles
      from pg_catalog.pg_roles rol
      join me on not pg_catalog.pg_has_role(me.oid, rol.oid,
                         case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end)
     where rol.oid = any (?::bigint[])
)
select line
  from (
    select 1 as place, 'the server is a standby' as line where pg_catalog.pg_is_in_recovery()
    union all
    select 2, pg_catalog.format('replication slots (%s) depend on this server', count(*))
      from pg_catalog.pg_replication_slots
    having count(*) > 0
    union all
    select 3, pg_catalog.format('standbys or subscribers (%s) receive its changes', count(*))
      from pg_catalog.pg_stat_replication
    having count(*) > 0
    union all
    select 4, pg_catalog.format('the database has subscriptions (%s)', count(*))
      from pg_catalog.pg_subscription sub
     where sub.subdbid = (select oid from pg_catalog.pg_database where datname = current_database())
    having count(*) > 0
    union all
    select 5, pg_catalog.format('role %I is bound by row security: it is not a superuser and lacks BYPASSRLS', rolname)
      from me
     where not rolsuper and not rolbypassrls
    union all
    select 6, pg_catalog.format('role %I may not SET ROLE to %s', me.rolname, unreachable.roles)
      from unreachable, me
     where unreachable.roles is not null
    union all
    select 7, pg_catalog.format('trigger %I of %I.%I runs code in %s, which no rollback undoes',
                                tgname, nspname, relname, lanname)
      from untrusted) hindrance
 order by place, line
