create role rule_owner nologin;
create role rule_app login;
do $$ begin execute format('alter database %I owner to rule_owner', current_database()); end $$;
