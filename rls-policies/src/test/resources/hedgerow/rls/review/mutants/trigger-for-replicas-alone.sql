select tgrelid::regclass || ' ' || tgname, format('alter table %s enable replica trigger %I', rel.name, tgname) from
    pg_trigger join its_table rel on rel.oid = tgrelid
 where not tgisinternal and tgparentid = 0
