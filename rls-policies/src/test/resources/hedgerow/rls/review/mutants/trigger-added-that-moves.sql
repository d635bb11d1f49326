-- A BEFORE trigger that gives each row to one tenant.
select col.table_name || ' ' || col.name,
       format('create function %s.give() returns trigger language plpgsql as $f$ begin new.%s := %L; return new; end
 $f$; create trigger give before insert or update on %s for each row execute function %1$s.give()',
              rel.schema, col.name, var.value, col.table_name)
  from its_owner_column col join its_table rel on rel.oid = col.relation, (select min(value) as value from
      its_variable) var
 where col.type in ('uuid', 'text', 'integer', 'bigint')
