-- A fence becomes one more way in.
select pol.label, pg_temp.policy(pol::its_policy, 'permissive', command, roles, coalesce(used, 'true'),
    coalesce(checked, used))
  from its_policy pol where not polpermissive
