-- What is still the loader's is not the source's, or could not be handed over, and is on the list of what is missing.
-- It goes: as the superuser's, functions that code of the source made would run with all rights.
do $$ begin
    execute format('drop owned by %I cascade', current_setting('hedgerow.loader'));
    execute format('drop role %I', current_setting('hedgerow.loader'));
end $$
