--liquibase formatted sql

--changeset hedgerow:session-plain runAlways:true splitStatements:false stripComments:false
--comment: Plain mode. The session variables are trusted: safe unless attacker-supplied SQL runs as the application.
do $$
begin
    if to_regprocedure('app_private.seal_holds()') is not null then
        raise exception 'this database is sealed and cannot return to plain mode'
            using errcode = '55000', hint = 'Install with mode=sealed.';
    end if;
end
$$;

set local role hedgerow_owner;
grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

create or replace function app_private.mode() returns text
    language sql immutable parallel safe
    return 'plain';

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

-- Every request pays for this: one statement binds an actor that has a role; the next one handles all other
-- cases.
create or replace function app.bind(organization uuid, actor text, livemode boolean,
                                    expires timestamptz default null, nonce uuid default null, mac bytea default null)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- An application that sends tokens relies on this database to check them.
    if num_nonnulls(expires, nonce, mac) > 0 then
        raise exception 'this database is in plain mode and checks no token'
            using errcode = '28000', hint = 'Install with mode=sealed, or bind without a token.';
    end if;
    -- Whatever settings the session or its role has: policies apply, and do not raise an error instead.
    perform set_config('row_security', 'on', true);
    perform set_config('app.organization_id', organization::text, true),
            set_config('app.actor', actor, true),
            set_config('app.role', role, true),
            set_config('app.livemode', livemode::text, true)
       from app_private.role_in(organization, actor, livemode) role;
    if not found then
        perform app_private.open_session(
            organization, actor, app_private.role_of(organization, actor, livemode), livemode);
    end if;
end
$$;

grant execute on function app.organization_id(), app.actor(), app.role(), app.livemode(), app.user_id(), app.agent_id()
    to hedgerow_app, hedgerow_worker, hedgerow_owner;
grant execute on function app_private.mode(), app_private.open_session(uuid, text, text, boolean) to hedgerow_owner;

set local role hedgerow_owner;
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback empty
