select tgrelid::regclass || ' ' || tgname, format('alter table %s disable trigger %I', rel.name, tgname) from
    pg_trigger join its_table rel on rel.oid = tgrelid
 where not tgisinternal and tgparentid = 0
