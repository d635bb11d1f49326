-- What was for one command is for all.
select pol.label, pg_temp.policy(pol::its_policy, pg_temp.kind(pol::its_policy), 'all', roles, coalesce(used,
    checked), coalesce(checked, used))
  from its_policy pol where command <> 'all'
