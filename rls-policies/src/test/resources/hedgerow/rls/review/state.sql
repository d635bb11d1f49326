-- Everything that a statement may have changed, one line a fact: what it is about, then its name and value.
with class as (
    select rel.*, rel.oid::regclass::text as name, nsp.nspname = 'pg_catalog' as builtin
      from pg_class rel
      join pg_namespace nsp on nsp.oid = rel.relnamespace
     where nsp.nspname !~ '^pg_(toast|temp)' and nsp.nspname <> 'information_schema'
),
fact (about, facts) as (
    select case relkind when 'i' then 'index ' when 'I' then 'index ' when 'v' then 'view ' when 'm' then 'view '
                        when 'S' then 'sequence ' else 'table ' end || name,
           jsonb_build_object('owner', relowner::regrole, 'acl', relacl, 'options', reloptions,
                              'persistence', relpersistence, 'row security', relrowsecurity,
                              'forced', relforcerowsecurity, 'replica identity', relreplident,
                              'tablespace', reltablespace, 'method', relam,
                              'bound', pg_get_expr(relpartbound, oid),
                              'comment', obj_description(oid, 'pg_class'),
                              'definition', case when relkind in ('v', 'm') then pg_get_viewdef(oid) end,
                              'parents', (select array_agg(inhparent::regclass::text order by inhseqno)
                                            from pg_inherits where inhrelid = class.oid))
      from class
    union all
    select 'column ' || class.name || '.' || attname,
           jsonb_build_object('type', format_type(atttypid, atttypmod), 'not null', attnotnull,
                              'default', pg_get_expr(adbin, adrelid), 'identity', attidentity,
                              'generated', attgenerated, 'storage', attstorage, 'compression', attcompression,
                              'statistics', to_jsonb(att) -> 'attstattarget', 'collation', attcollation,
                              'acl', attacl, 'options', attoptions, 'comment', col_description(attrelid, attnum))
      from pg_attribute att
      join class on class.oid = attrelid and not class.builtin and relkind not in ('i', 'I')
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
     where attnum > 0 and not attisdropped
    union all
    select 'constraint ' || conrelid::regclass || '.' || conname,
           jsonb_build_object('definition', pg_get_constraintdef(con.oid), 'deferrable', condeferrable,
                              'deferred', condeferred, 'validated', convalidated,
                              'enforced', to_jsonb(con) -> 'conenforced', 'index', nullif(conindid, 0)::regclass,
                              'comment', obj_description(con.oid, 'pg_constraint'))
      from pg_constraint con
      join class on class.oid = conrelid and not class.builtin
    union all
    select 'index ' || indexrelid::regclass,
           jsonb_build_object('definition', pg_get_indexdef(indexrelid), 'clustered', indisclustered,
                              'replica identity index', indisreplident, 'valid', indisvalid,
                              'statistics', (select array_agg(to_jsonb(att) -> 'attstattarget' order by attnum)
                                               from pg_attribute att where attrelid = indexrelid))
      from pg_index
      join class on class.oid = indrelid and not class.builtin
    union all
    select 'policy ' || polname || ' on ' || polrelid::regclass,
           jsonb_build_object('permissive', polpermissive, 'command', polcmd,
                              'roles', array(select coalesce(nullif(role, 0)::regrole::text, 'public')
                                               from unnest(polroles) role),
                              'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid),
                              'comment', obj_description(pol.oid, 'pg_policy'))
      from pg_policy pol
    union all
    select 'trigger ' || tgname || ' on ' || tgrelid::regclass,
           jsonb_build_object('definition', pg_get_triggerdef(trg.oid), 'enabled', tgenabled,
                              'comment', obj_description(trg.oid, 'pg_trigger'))
      from pg_trigger trg
     where not tgisinternal
    union all
    select 'function ' || pro.oid::regprocedure,
           case when pronamespace = 'pg_catalog'::regnamespace then jsonb_build_object('acl', proacl) else
           jsonb_build_object('owner', proowner::regrole, 'acl', proacl, 'settings', proconfig, 'definer', prosecdef,
                              'volatility', provolatile, 'leakproof', proleakproof, 'parallel', proparallel,
                              'strict', proisstrict, 'cost', procost, 'source', md5(prosrc),
                              'comment', obj_description(pro.oid, 'pg_proc')) end
      from pg_proc pro
     where (1255, pro.oid) not in (select classid, objid from pg_depend where deptype = 'e')
    union all
    select 'role ' || rolname, to_jsonb(rol) - '{oid,rolname,rolpassword}'::text[] from pg_authid rol
    union all
    select 'membership of ' || member::regrole || ' in ' || roleid::regrole || ' by ' || grantor::regrole,
           to_jsonb(mem) - '{oid,member,roleid,grantor}'::text[]
      from pg_auth_members mem
    union all
    select 'schema ' || nspname,
           jsonb_build_object('owner', nspowner::regrole, 'acl', nspacl,
                              'comment', obj_description(oid, 'pg_namespace'))
      from pg_namespace
     where nspname !~ '^pg_(toast|temp)'
    union all
    select 'database', jsonb_build_object('owner', datdba::regrole, 'acl', datacl) from pg_database
     where datname = current_database()
    union all
    select 'settings of ' || coalesce(nullif(setrole, 0)::regrole::text, 'all')
           || case when setdatabase = 0 then '' else ' in the database' end, to_jsonb(setconfig)
      from pg_db_role_setting
     where setdatabase = 0 or setdatabase = (select oid from pg_database where datname = current_database())
    union all
    select 'default privileges of ' || defaclrole::regrole || ' in '
           || coalesce(nullif(defaclnamespace, 0)::regnamespace::text, '*')
           || ' on ' || defaclobjtype::text, to_jsonb(defaclacl)
      from pg_default_acl
    union all
    select 'type ' || typ.oid::regtype, jsonb_build_object('owner', typowner::regrole, 'acl', typacl)
      from pg_type typ
      join pg_namespace nsp on nsp.oid = typnamespace and nspname !~ '^pg_' and nspname <> 'information_schema'
     where (1247, typ.oid) not in (select classid, objid from pg_depend where deptype = 'e') and typrelid = 0
       and typcategory <> 'A'
    union all
    select 'language ' || lanname, jsonb_build_object('acl', lanacl) from pg_language
    union all
    select 'server ' || srvname, jsonb_build_object('owner', srvowner::regrole, 'acl', srvacl, 'options', srvoptions)
      from pg_foreign_server
    union all
    select 'wrapper ' || fdwname, jsonb_build_object('owner', fdwowner::regrole, 'acl', fdwacl)
      from pg_foreign_data_wrapper
    union all
    select 'user mapping of ' || usename || ' on ' || srvname, to_jsonb(umoptions) from pg_user_mappings
    union all
    select 'publication ' || pubname, to_jsonb(pub) - '{oid,pubname}'::text[] from pg_publication pub
    union all
    select 'publication ' || pubname || ' has ' || tablename,
           jsonb_build_object('columns', attnames, 'filter', rowfilter)
      from pg_publication_tables
    union all
    select 'extension ' || extname, jsonb_build_object('version', extversion) from pg_extension
    union all
    select 'large object', jsonb_build_object('owner', lomowner::regrole, 'acl', lomacl) from pg_largeobject_metadata
    union all
    select 'parameter ' || parname,
           -- A sealed database of another test on this server has its binder there.
           to_jsonb(array(select acl from unnest(paracl) acl where acl::text not like 'hedgerow\_auth=%'))
      from pg_parameter_acl
     where array_length(paracl, 1) > 0
    union all
    select 'rule ' || rulename || ' on ' || ev_class::regclass,
           jsonb_build_object('definition', pg_get_ruledef(rew.oid), 'enabled', ev_enabled)
      from pg_rewrite rew
      join class on class.oid = ev_class and not class.builtin
    union all
    select 'statistics ' || stxname, jsonb_build_object('definition', pg_get_statisticsobjdef(oid))
      from pg_statistic_ext
    union all
    select 'sequence ' || seqrelid::regclass, to_jsonb(seq) - '{seqrelid}'::text[] from pg_sequence seq
)
select about || ': ' || name || ' = ' || regexp_replace(value, '\s+', ' ', 'g') as line
  from fact, jsonb_each_text(case jsonb_typeof(facts) when 'object' then facts
                                  else jsonb_build_object('value', facts) end) as one (name, value)
 where value is not null and value not in ('false', '0')
 order by line
