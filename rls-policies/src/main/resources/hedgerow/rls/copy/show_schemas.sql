-- Shows all schemas. Whoever passes a privilege on must find the object by its name; the grants on schemas
-- come last, and undo this.
do $$ declare one text; begin
    for one in select nspname from pg_namespace where oid >= 16384 and nspname !~ '^pg_' loop
        execute format('grant usage on schema %I to public', one);
    end loop;
end $$
