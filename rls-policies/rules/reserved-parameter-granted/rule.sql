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
   -- The owner of the function that binds, who serves nobody.
   and (acl.grantee = any (current_setting('hedgerow.subjects')::oid[])
        or not exists (select from pg_catalog.pg_proc pro
                        where pro.proowner = acl.grantee and pro.prosecdef
                          and pro.prosrc like '%' || par.parname || '%'))
 group by par.parname
 order by object
