-- What was for all commands is for one.
select pol.label || ' for ' || cmd.name,
       pg_temp.policy(pol::its_policy, pg_temp.kind(pol::its_policy), cmd.name, roles, coalesce(used, 'true'),
       coalesce(checked, used))
  from its_policy pol, (values ('select'), ('insert'), ('update'), ('delete')) cmd (name) where command = 'all'
