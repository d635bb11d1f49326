-- Drops the objects that the loader still owns: they are not in the source, or could not be handed over and
-- are listed as missing. Under the superuser, functions created by the source's code would run with all
-- rights.
do $$ begin
    execute format('drop owned by %I cascade', current_setting('hedgerow.loader'));
    execute format('drop role %I', current_setting('hedgerow.loader'));
end $$
