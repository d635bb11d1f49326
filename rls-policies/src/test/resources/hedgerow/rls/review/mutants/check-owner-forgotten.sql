-- New rows are checked for anything but whose they are.
select label, format('%s (%s is not null)', format('alter policy %s on %s with check', pol.name, pol.table_name),
    col.name)
  from its_policy pol join its_owner_column col on col.relation = pol.relation where command in ('all', 'insert',
      'update')
