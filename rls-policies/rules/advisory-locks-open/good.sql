create role rule_app login;
do $$
declare routine regprocedure;
begin
    for routine in select oid from pg_proc where proname ~ '^pg_(try_)?advisory_' loop
        execute format('revoke execute on function %s from public', routine);
    end loop;
end $$;
