create role rule_app login;
do $$ begin execute format('grant connect on database %I to rule_app', current_database()); end $$;
