--liquibase formatted sql

--changeset hedgerow:seal-none runAlways:true splitStatements:false stripComments:false
--comment: No seal. The session variables are trusted: safe unless attacker-supplied SQL runs as the application.
set local role hedgerow_owner;
do $$
begin
    if app_private.mode() = 'sealed' then
        raise exception 'sealed mode needs a seal'
            using errcode = '55000', hint = 'Install with seal=reserved, or with seal=hmac.';
    end if;
end
$$;

grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

-- Accessors. A malformed value reads as unset: nothing is visible, and no error reveals more. Never IMMUTABLE: a cached
-- plan would keep the previous tenant. SQL bodies, because the planner inlines them; no regular expressions, because
-- one costs as much as the rest of a policy.
create or replace function app.organization_id() returns uuid
    language sql stable parallel safe
    return case when current_setting('app.organization_id', true) like '________-____-____-____-____________'
                 and translate(current_setting('app.organization_id', true), '0123456789abcdef', '') = '----'
                then current_setting('app.organization_id', true)::uuid end;

create or replace function app.actor() returns text
    language sql stable parallel safe
    return nullif(current_setting('app.actor', true), '');

create or replace function app.role() returns text
    language sql stable parallel safe
    return nullif(split_part(current_setting('app.role', true), ' ', 1), '');

create or replace function app.livemode() returns boolean
    language sql stable parallel safe
    return case current_setting('app.livemode', true) when 'true' then true when 'false' then false end;

create or replace function app.user_id() returns uuid
    language sql stable parallel safe
    return case when current_setting('app.actor', true) like 'user:________-____-____-____-____________'
                 and translate(substr(current_setting('app.actor', true), 6), '0123456789abcdef', '') = '----'
                then substr(current_setting('app.actor', true), 6)::uuid end;

create or replace function app.agent_id() returns uuid
    language sql stable parallel safe
    return case when current_setting('app.actor', true) like 'agent:________-____-____-____-____________'
                 and translate(substr(current_setting('app.actor', true), 7), '0123456789abcdef', '') = '----'
                then substr(current_setting('app.actor', true), 7)::uuid end;

-- The role, and behind it the permissions of a narrowed member, each preceded by a blank.
create or replace function app_private.bound_role() returns text
    language sql stable parallel safe
    return current_setting('app.role', true);

create or replace function app_private.open_session(organization uuid, actor text, role text, livemode boolean)
    returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('app.organization_id', coalesce(organization::text, ''), true),
            set_config('app.actor', coalesce(actor, ''), true),
            set_config('app.role', coalesce(role, ''), true),
            set_config('app.livemode', coalesce(livemode::text, ''), true);
end
$$;

create or replace function app_private.bound_session() returns text[]
    language sql stable
    return array[current_setting('app.organization_id', true), current_setting('app.actor', true),
                 current_setting('app.role', true), current_setting('app.livemode', true)];

create or replace function app_private.rebind(session text[]) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('app.organization_id', coalesce(session[1], ''), true),
            set_config('app.actor', coalesce(session[2], ''), true),
            set_config('app.role', coalesce(session[3], ''), true),
            set_config('app.livemode', coalesce(session[4], ''), true);
end
$$;

-- Every request pays for this: one statement binds an actor that has a role and may be bound. The steps
-- after it handle all other cases and find out what is wrong.
create or replace function app.bind(organization uuid, actor text, livemode boolean,
                                    expires timestamptz default null, nonce uuid default null, mac bytea default null)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Whatever settings the session or its role has: policies apply, and do not raise an error instead.
    perform set_config('row_security', 'on', true);
    perform set_config('app.organization_id', organization::text, true),
            set_config('app.actor', actor, true),
            set_config('app.role', role, true),
            set_config('app.livemode', livemode::text, true)
       from app_private.role_in(organization, actor, livemode) role,
            app_private.may_bind(organization, actor, livemode, expires, nonce, mac);
    if not found then
        perform app_private.check_token(organization, actor, livemode, expires, nonce, mac);
        perform app_private.open_session(
            organization, actor, app_private.role_of(organization, actor, livemode), livemode);
    end if;
end
$$;

grant execute on function app.organization_id(), app.actor(), app.role(), app.livemode(), app.user_id(), app.agent_id()
    to hedgerow_app, hedgerow_worker, hedgerow_owner;
grant execute on function app_private.bound_role() to hedgerow_app, hedgerow_worker, hedgerow_owner;
grant execute on function app_private.open_session(uuid, text, text, boolean), app_private.bound_session(),
    app_private.rebind(text[]) to hedgerow_owner;

drop function if exists app_private.session_lines(uuid, text, text, boolean);

set local role hedgerow_owner;
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback empty
