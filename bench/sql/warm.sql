-- Loads everything into shared buffers: disks are not compared.
create extension pg_prewarm schema pg_catalog;
select pg_prewarm(oid::regclass)
  from pg_class
 where relkind in ('r', 'i') and relnamespace in ('app'::regnamespace, 'app_private'::regnamespace);
drop extension pg_prewarm;
