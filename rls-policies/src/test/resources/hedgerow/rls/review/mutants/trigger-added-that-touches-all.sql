-- Writing one row changes others, as the owner.
select rel.name || ' ' || col.name,
       format('create function %s.touch() returns trigger language plpgsql security definer as $f$ begin update %s
 set %s = %3$s where pg_trigger_depth() < 2; return null; end $f$; create trigger touch after insert on %2$s for
     each statement execute function %1$s.touch()', rel.schema, rel.name, col.name)
  from its_owner_column col join its_table rel on rel.oid = col.relation
