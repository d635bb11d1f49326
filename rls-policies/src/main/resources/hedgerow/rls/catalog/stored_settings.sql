-- Settings stored for this database, for all (0), and for roles (0: any).
select drs.setdatabase as database, drs.setrole as role, drs.setconfig as settings
  from pg_catalog.pg_db_role_setting drs
 where drs.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
 order by drs.setrole, drs.setdatabase
