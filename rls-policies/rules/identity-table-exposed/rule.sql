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
