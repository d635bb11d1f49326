--liquibase formatted sql

--changeset hedgerow:session-sealed runAlways:true splitStatements:false stripComments:false
--comment: Sealed mode. The session variables are trusted only under a seal that the database made in this transaction.
do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'hedgerow_backend') then
        create role hedgerow_backend nologin inherit in role hedgerow_app, hedgerow_worker;
    end if;
    if not pg_has_role(current_user, 'hedgerow_backend', 'usage') then
        execute format('grant hedgerow_backend to %I%s', current_user,
                       case when current_setting('server_version_num')::int >= 160000
                            then ' with set true, inherit true' end);
    end if;
exception when duplicate_object or unique_violation then
    null;  -- another database of this cluster is being installed at the same time
end
$$;

set local role hedgerow_owner;
grant create on schema app, app_private to hedgerow_auth;
grant usage, create on schema app_private to hedgerow_backend;

-- Only a role with the rights of a backend's login may see when that backend started: this role has them, and lends
-- them to this function alone.
set local role hedgerow_backend;
create or replace function app_private.backend() returns text
    language sql stable parallel restricted security definer
    set search_path = pg_catalog, pg_temp
    return (select format('%s.%s', pid, (extract(epoch from backend_start) * 1000000)::bigint)
              from pg_stat_get_activity(pg_backend_pid()));
revoke execute on function app_private.backend() from public;
grant execute on function app_private.backend() to hedgerow_auth;

set local role hedgerow_owner;
revoke create on schema app_private from hedgerow_backend;
set local role hedgerow_auth;

create or replace function app_private.mode() returns text
    language sql immutable parallel safe
    return 'sealed';

-- HMAC-SHA256 (RFC 2104) from the two padded keys, without an extension. STABLE, as convert_to() is: otherwise the
-- planner would not inline it.
create or replace function app_private.hmac(inner_pad bytea, outer_pad bytea, message text) returns bytea
    language sql stable parallel safe
    return sha256(outer_pad || sha256(inner_pad || convert_to(message, 'UTF8')));

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

-- The text under a bind token. Its last field is app_private.backend() on a direct pool, and empty through a pooler.
create or replace function app_private.token_message(organization uuid, actor text, livemode boolean,
                                                     expires timestamptz, nonce uuid, backend text) returns text
    language sql stable parallel safe
    return 'hedgerow-bind-v1|' || coalesce(organization::text, '') || '|' || actor || '|'
           || case when livemode then 't' else 'f' end || '|'
           || (extract(epoch from expires) * 1000000)::bigint::text || '|' || nonce::text || '|' || backend;

-- Returns rows if the application made the token. The backend is looked up last, because that takes longer than the
-- rest, and only a token that is bound to one needs it.
create or replace function app_private.is_minted(organization uuid, actor text, livemode boolean,
                                                 expires timestamptz, nonce uuid, mac bytea) returns setof boolean
    language sql stable
as $$
    select true
      from app_private.seal_key key
     where key.purpose = 'bind'
       and key.retired_at is null
       and (sha256(app_private.hmac(key.inner_pad, key.outer_pad, app_private.token_message(
                       organization, actor, livemode, expires, nonce, ''))) = sha256(mac)
            or sha256(app_private.hmac(key.inner_pad, key.outer_pad, app_private.token_message(
                       organization, actor, livemode, expires, nonce, app_private.backend()))) = sha256(mac))
$$;

create or replace function app_private.is_fresh(expires timestamptz) returns boolean
    language sql volatile
    return expires between clock_timestamp() and clock_timestamp() + interval '1 minute';

-- Returns no row if plain SQL created something that outlives its transaction: injected SQL could have
-- replaced a statement that the driver believes it prepared, shadowed a table, kept the previous tenant's
-- rows in a cursor, or listened for other tenants' notifications.
create or replace function app_private.session_is_clean() returns setof boolean
    language sql stable
as $$
    select true
     where pg_my_temp_schema() = 0
       and not exists (select from pg_prepared_statement() statement where statement.from_sql)
       and not exists (select from pg_cursor() cursor where cursor.is_holdable)
       and not exists (select from pg_listening_channels())
$$;

create or replace function app_private.newest_key(key_purpose text) returns setof app_private.seal_key
    language sql stable
as $$
    select * from app_private.seal_key
     where purpose = key_purpose and retired_at is null
     order by created_at desc, id desc
     limit 1
$$;

create or replace function app_private.seal(key app_private.seal_key, organization text, actor text, role text,
                                            livemode text) returns text
    language sql stable
    return key.id::text || '.' || encode(app_private.hmac(
               key.inner_pad, key.outer_pad, app_private.seal_message(organization, actor, role, livemode)), 'hex');

create or replace function app_private.check_token(organization uuid, actor text, livemode boolean,
                                                   expires timestamptz, nonce uuid, mac bytea) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if mac is null and app_private.session_may_own() then
        return;
    elsif not exists (select from app_private.session_is_clean()) then
        -- 08P01 makes the pool close the connection.
        raise exception 'this session holds a temporary table, a cursor WITH HOLD or a statement prepared by SQL'
            using errcode = '08P01', hint = 'Close the connection and bind on a new one.';
    elsif expires is null or nonce is null or mac is null then
        raise exception 'this database is sealed, and no token was given'
            using errcode = '28000', hint = 'Pass expires, nonce and mac to app.bind().';
    elsif not app_private.is_fresh(expires) then
        raise exception 'the token has expired, or is valid for more than one minute' using errcode = '28000';
    elsif not exists (select from app_private.is_minted(organization, actor, livemode, expires, nonce, mac)) then
        raise exception 'the token is invalid' using errcode = '28000';
    end if;
end
$$;

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

-- Every request pays for this: one statement binds an actor that has a role and a valid token. The steps
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
            app_private.is_minted(organization, actor, livemode, expires, nonce, mac),
            app_private.session_is_clean(),
            app_private.newest_key('seal') key
      where app_private.is_fresh(expires);
    if not found then
        perform app_private.check_token(organization, actor, livemode, expires, nonce, mac);
        perform app_private.open_session(
            organization, actor, app_private.role_of(organization, actor, livemode), livemode);
    end if;
end
$$;

-- Makes a token for an operator who opens a session as the application; the application makes its own.
create or replace function app_private.mint(organization uuid, actor text, livemode boolean,
                                            lifetime interval default interval '30 seconds', backend text default '')
    returns table (expires timestamptz, nonce uuid, mac bytea)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    key record;
begin
    select * into key from app_private.newest_key('bind');
    if not found then
        raise exception 'this database has no bind key' using errcode = '55000', hint = 'Run hedgerow keys create.';
    end if;
    expires := clock_timestamp() + lifetime;
    nonce := gen_random_uuid();
    mac := app_private.hmac(key.inner_pad, key.outer_pad, app_private.token_message(
               organization, actor, livemode, expires, nonce, backend));
    return next;
end
$$;

grant execute on function app.organization_id(), app.actor(), app.role(), app.livemode(), app.user_id(), app.agent_id()
    to hedgerow_app, hedgerow_worker, hedgerow_owner;
grant execute on function app_private.mode(), app_private.open_session(uuid, text, text, boolean),
    app_private.mint(uuid, text, boolean, interval, text) to hedgerow_owner;

set local role hedgerow_owner;
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback empty
