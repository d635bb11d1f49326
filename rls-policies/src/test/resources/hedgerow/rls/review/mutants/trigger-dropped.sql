select tgrelid::regclass || ' ' || tgname, format('drop trigger %I on %s', tgname, rel.name) from pg_trigger join
    its_relation rel on rel.oid = tgrelid
 where not tgisinternal and tgparentid = 0
