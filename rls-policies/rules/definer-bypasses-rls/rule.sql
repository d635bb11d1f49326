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
