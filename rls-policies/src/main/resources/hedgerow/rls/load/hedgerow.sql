-- Hedgerow's roles and accessors, in plain mode.
create role hedgerow_owner nologin;
create role hedgerow_app login;
create role hedgerow_worker login;
create role hedgerow_reviewer login;
grant hedgerow_owner to postgres with admin option;
create schema app authorization hedgerow_owner;
grant usage on schema app to hedgerow_app, hedgerow_worker;
do $$ begin
    execute format('revoke temporary on database %I from public', current_database());
end $$;
create function app.organization_id() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('app.organization_id', true), '')::uuid;
create function app.actor() returns text
    language sql stable parallel safe
    return nullif(current_setting('app.actor', true), '');
create function app.role() returns text
    language sql stable parallel safe
    return nullif(current_setting('app.role', true), '');
create function app.livemode() returns boolean
    language sql stable parallel safe
    return case current_setting('app.livemode', true) when 'true' then true when 'false' then false end;
create function app.user_id() returns uuid
    language sql stable parallel safe
    return case when current_setting('app.actor', true) ~ '^user:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                then substr(current_setting('app.actor', true), 6)::uuid end;
create function app.agent_id() returns uuid
    language sql stable parallel safe
    return case when current_setting('app.actor', true) ~ '^agent:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                then substr(current_setting('app.actor', true), 7)::uuid end;
do $$ declare accessor regprocedure; begin
    for accessor in select oid from pg_proc where pronamespace = 'app'::regnamespace loop
        execute format('alter function %s owner to hedgerow_owner', accessor);
        execute format('revoke all on function %s from public', accessor);
        execute format('grant execute on function %s to hedgerow_app, hedgerow_worker', accessor);
    end loop;
end $$;
