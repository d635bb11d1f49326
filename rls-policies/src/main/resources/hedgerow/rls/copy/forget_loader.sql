-- What could not be handed over is the superuser's then, and is on the list of what is missing.
do $$ begin
    execute format('reassign owned by %I to %I', current_setting('hedgerow.loader'), session_user);
    execute format('drop owned by %I', current_setting('hedgerow.loader'));
    execute format('drop role %I', current_setting('hedgerow.loader'));
end $$
