-- Opens schemas to the loader, which also creates objects in the schemas of extensions.
do $$ declare one text; begin
    for one in select nspname from pg_namespace where oid >= 16384 and nspname !~ '^pg_' loop
        execute format('grant usage, create on schema %I to %I', one, current_setting('hedgerow.loader'));
    end loop;
end $$
