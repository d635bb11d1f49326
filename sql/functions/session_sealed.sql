--liquibase formatted sql

--changeset hedgerow:session-sealed runAlways:true splitStatements:false stripComments:false
--comment: Sealed mode. A session is bound only by a token that the application made.
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

-- Returns no row if the session may not be bound by this token.
create or replace function app_private.may_bind(organization uuid, actor text, livemode boolean,
                                                expires timestamptz, nonce uuid, mac bytea) returns setof boolean
    language sql stable
as $$
    select true
      from app_private.is_minted(organization, actor, livemode, expires, nonce, mac),
           app_private.session_is_clean()
     where app_private.is_fresh(expires)
$$;

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

grant execute on function app_private.mode(), app_private.mint(uuid, text, boolean, interval, text) to hedgerow_owner;

set local role hedgerow_owner;
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback empty
