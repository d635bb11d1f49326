select sub.oid, quote_ident(sub.subname) as quoted, sub.subowner as owner, sub.subenabled as enabled
  from pg_catalog.pg_subscription sub
 where sub.subdbid = (select oid from pg_catalog.pg_database where datname = current_database())
 order by sub.subname
