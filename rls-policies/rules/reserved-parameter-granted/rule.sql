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
