create role rule_app login;
-- the view as initdb of 16.2 made it, in the part that counts
set allow_system_table_mods = on;
do $$ begin
    execute 'create or replace view pg_catalog.pg_stats_ext with (security_barrier) as '
         || replace(pg_get_viewdef('pg_catalog.pg_stats_ext'), 'pg_has_role(c.relowner, ''USAGE''::text)', 'true');
end $$;
reset allow_system_table_mods;
