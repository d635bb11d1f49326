-- A policy without WITH CHECK checks new rows by USING.
select pol.label, format('drop policy %s on %s; create policy %1$s on %2$s as %s for %s to %s using (%s)', name,
    table_name,
       pg_temp.kind(pol::its_policy), command, roles, used)
  from its_policy pol where used is not null and checked is not null
