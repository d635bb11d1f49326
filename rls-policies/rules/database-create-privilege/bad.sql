create role rule_app login;
do $$ begin execute format('grant create on database %I to rule_app', current_database()); end $$;
