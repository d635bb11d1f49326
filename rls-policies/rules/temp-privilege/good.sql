create role rule_app login;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
