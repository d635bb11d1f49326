-- One way in becomes a fence, which closes the table unless another one is left.
select pol.label, pg_temp.policy(pol::its_policy, 'restrictive', command, roles, coalesce(used, 'true'),
    coalesce(checked, used))
  from its_policy pol where polpermissive
