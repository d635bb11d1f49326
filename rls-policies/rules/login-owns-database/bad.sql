create role rule_app login;
do $$ begin execute format('alter database %I owner to rule_app', current_database()); end $$;
