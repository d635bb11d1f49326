-- A condition that no row meets.
select tgrelid::regclass || ' ' || tgname,
       regexp_replace(format('drop trigger %I on %s; %s', tgname, rel.name, pg_get_triggerdef(trg.oid)),
       'EXECUTE (FUNCTION|PROCEDURE)', 'WHEN (false) EXECUTE FUNCTION')
  from pg_trigger trg join its_table rel on rel.oid = tgrelid where not tgisinternal and tgparentid = 0 and tgqual
      is null
