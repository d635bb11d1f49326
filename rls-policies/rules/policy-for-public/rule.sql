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
