-- A policy that only checks what is written.
select pol.label, format('drop policy %s on %s; create policy %1$s on %2$s as %s for %s to %s with check (%s)',
    name, table_name,
       pg_temp.kind(pol::its_policy), command, roles, coalesce(checked, used))
  from its_policy pol where used is not null and command in ('all', 'update')
