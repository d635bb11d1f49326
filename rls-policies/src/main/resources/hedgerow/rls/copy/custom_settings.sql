-- Settings of functions' SET clauses: a setting that no module knows needs a privilege, here of the role
-- that the writer adds.
select distinct 'pg_catalog.pg_parameter_acl'::regclass::oid as class, 0::oid as object,
       format('custom setting %I', split_part(setting, '=', 1)) as name,
       format('grant set on parameter %I to', split_part(setting, '=', 1)) as statement
  from pg_catalog.pg_proc pro
 cross join lateral unnest(pro.proconfig) setting
 where pro.oid >= 16384 and split_part(setting, '=', 1) ~ '[.]'
 order by name
