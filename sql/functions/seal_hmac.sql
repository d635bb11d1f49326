--liquibase formatted sql

--changeset hedgerow:seal-hmac runAlways:true splitStatements:false stripComments:false
--comment: The session variables are trusted only under a seal that the database made in this transaction.
set local role hedgerow_owner;
do $$
begin
    if app_private.mode() = 'plain' then
        raise exception 'plain mode has no key for a seal'
            using errcode = '55000', hint = 'Install with mode=sealed, or with seal=none.';
    end if;
end
$$;

grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

-- A seal covers who acts, where, and when the transaction began, so that it expires with the transaction:
-- another transaction has the same start only if one message of the simple protocol begins both. No bound
-- part contains a bar; an unset variable makes the message null, and no seal covers null.
create or replace function app_private.seal_message(organization text, actor text, role text, livemode text)
    returns text
    language sql stable parallel safe
    return 'hedgerow-seal-v1|' || organization || '|' || actor || '|' || role || '|' || livemode || '|'
           || extract(epoch from now())::text;

-- Returns a row if the seal is valid. The planner inlines it, and the functions above, into the one
-- statement of each accessor, of which an application statement runs three. It compares digests of both
-- sides: the length of their common prefix reveals nothing about the secret.
create or replace function app_private.seal_holds() returns setof boolean
    language sql stable parallel safe
as $$
    select true
      from app_private.seal_key key
     where key.purpose = 'seal'
       and key.retired_at is null
       and key.id::text = split_part(current_setting('app.seal', true), '.', 1)
       and sha256(convert_to(encode(app_private.hmac(key.inner_pad, key.outer_pad, app_private.seal_message(
                      current_setting('app.organization_id', true), current_setting('app.actor', true),
                      current_setting('app.role', true), current_setting('app.livemode', true))), 'hex'), 'UTF8'))
           = sha256(convert_to(split_part(current_setting('app.seal', true), '.', 2), 'UTF8'))
$$;

create or replace function app.organization_id() returns uuid
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return (select nullif(current_setting('app.organization_id', true), '')::uuid from app_private.seal_holds());
end
$$;

create or replace function app.actor() returns text
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return (select nullif(current_setting('app.actor', true), '') from app_private.seal_holds());
end
$$;

create or replace function app.role() returns text
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return (select nullif(split_part(current_setting('app.role', true), ' ', 1), '') from app_private.seal_holds());
end
$$;

create or replace function app.livemode() returns boolean
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return (select nullif(current_setting('app.livemode', true), '')::boolean from app_private.seal_holds());
end
$$;

create or replace function app.user_id() returns uuid
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    actor text := app.actor();
begin
    return case when actor like 'user:%' then substr(actor, 6)::uuid end;
end
$$;

create or replace function app.agent_id() returns uuid
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    actor text := app.actor();
begin
    return case when actor like 'agent:%' then substr(actor, 7)::uuid end;
end
$$;

-- The role, and behind it the permissions of a narrowed member, each preceded by a blank.
create or replace function app_private.bound_role() returns text
    language sql stable parallel safe
    return current_setting('app.role', true);

create or replace function app_private.seal(key app_private.seal_key, organization text, actor text, role text,
                                            livemode text) returns text
    language sql stable
    return key.id::text || '.' || encode(app_private.hmac(
               key.inner_pad, key.outer_pad, app_private.seal_message(organization, actor, role, livemode)), 'hex');

create or replace function app_private.open_session(organization uuid, actor text, role text, livemode boolean)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('app.organization_id', v.organization, true),
            set_config('app.actor', v.actor, true),
            set_config('app.role', v.role, true),
            set_config('app.livemode', v.livemode, true),
            set_config('app.seal', app_private.seal(key, v.organization, v.actor, v.role, v.livemode), true)
       from app_private.newest_key('seal') key,
            (values (coalesce(organization::text, ''), coalesce(actor, ''), coalesce(role, ''),
                     coalesce(livemode::text, ''))) as v (organization, actor, role, livemode);
    if not found then
        raise exception 'this database has no seal key' using errcode = '55000', hint = 'Run hedgerow keys create.';
    end if;
end
$$;

create or replace function app_private.bound_session() returns text[]
    language sql stable
    return array[current_setting('app.organization_id', true), current_setting('app.actor', true),
                 current_setting('app.role', true), current_setting('app.livemode', true),
                 current_setting('app.seal', true)];

create or replace function app_private.rebind(session text[]) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('app.organization_id', coalesce(session[1], ''), true),
            set_config('app.actor', coalesce(session[2], ''), true),
            set_config('app.role', coalesce(session[3], ''), true),
            set_config('app.livemode', coalesce(session[4], ''), true),
            set_config('app.seal', coalesce(session[5], ''), true);
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
            set_config('app.livemode', livemode::text, true),
            set_config('app.seal',
                       app_private.seal(key, organization::text, actor, role, livemode::text), true)
       from app_private.role_in(organization, actor, livemode) role,
            app_private.may_bind(organization, actor, livemode, expires, nonce, mac),
            app_private.newest_key('seal') key;
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
