--liquibase formatted sql

--changeset hedgerow:session-sealed runAlways:true splitStatements:false stripComments:false
--comment: Sealed mode. The variables count only under a seal that the database itself made in this transaction.
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

-- Since when a backend runs is told only to whoever has the rights of its login: this role has them, and lends them to
-- this function alone.
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

-- HMAC-SHA256 (RFC 2104) from the two padded keys, without an extension.
create or replace function app_private.hmac(inner_pad bytea, outer_pad bytea, message text) returns bytea
    language sql immutable parallel safe
    return sha256(outer_pad || sha256(inner_pad || convert_to(message, 'UTF8')));

-- What a seal covers: who, where, and this very transaction, so that it dies with it.
create or replace function app_private.seal_message() returns text
    language sql stable parallel safe
    return format('hedgerow-seal-v1|%s|%s|%s|%s|%s', current_setting('app.organization_id', true),
                  current_setting('app.actor', true), current_setting('app.role', true),
                  current_setting('app.livemode', true), extract(epoch from now()));

-- Called by the accessors alone, as their owner and under their search_path.
create or replace function app_private.seal_holds() returns boolean
    language plpgsql stable parallel safe
as $$
declare
    seal     text := current_setting('app.seal', true);
    expected bytea;
begin
    if coalesce(seal, '') = '' then
        return false;
    end if;
    select app_private.hmac(key.inner_pad, key.outer_pad, app_private.seal_message()) into expected
      from app_private.seal_key key
     where key.purpose = 'seal' and key.id::text = split_part(seal, '.', 1) and key.retired_at is null;
    -- Digests of both sides are compared: how far they agree tells nothing of the secret.
    return found and sha256(convert_to(encode(expected, 'hex'), 'UTF8'))
                   = sha256(convert_to(split_part(seal, '.', 2), 'UTF8'));
end
$$;

create or replace function app.organization_id() returns uuid
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return case when app_private.seal_holds() then nullif(current_setting('app.organization_id', true), '')::uuid end;
end
$$;

create or replace function app.actor() returns text
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return case when app_private.seal_holds() then nullif(current_setting('app.actor', true), '') end;
end
$$;

create or replace function app.role() returns text
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return case when app_private.seal_holds() then nullif(current_setting('app.role', true), '') end;
end
$$;

create or replace function app.livemode() returns boolean
    language plpgsql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return case when app_private.seal_holds() then nullif(current_setting('app.livemode', true), '')::boolean end;
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

-- What a bind token covers. The last field is app_private.backend() on a direct pool, empty through a pooler.
create or replace function app_private.token_message(organization uuid, actor text, livemode boolean,
                                                     expires timestamptz, nonce uuid, backend text) returns text
    language sql immutable parallel safe
    return format('hedgerow-bind-v1|%s|%s|%s|%s|%s|%s', organization, actor, livemode,
                  (extract(epoch from expires) * 1000000)::bigint, nonce, backend);

create or replace function app_private.is_minted(message text, mac bytea) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from app_private.seal_key key
                    where key.purpose = 'bind' and key.retired_at is null
                      and sha256(app_private.hmac(key.inner_pad, key.outer_pad, message)) = sha256(mac));
end
$$;

create or replace function app_private.check_token(organization uuid, actor text, livemode boolean,
                                                   expires timestamptz, nonce uuid, mac bytea) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if mac is null and app_private.session_may_own() then
        return;
    end if;
    -- Injected SQL could have replaced a statement that the driver believes it prepared, shadowed a table, or kept rows
    -- of the tenant before in a cursor: 08P01 makes the pool throw the connection away.
    if pg_my_temp_schema() <> 0 or exists (select from pg_prepared_statements where from_sql)
       or exists (select from pg_cursors where is_holdable) then
        raise exception 'this session holds objects that plain SQL made' using errcode = '08P01';
    end if;
    if expires is null or nonce is null or mac is null then
        raise exception 'a sealed database binds by a token only' using errcode = '28000';
    end if;
    if expires < clock_timestamp() or expires > clock_timestamp() + interval '1 minute' then
        raise exception 'the token is expired, or made to live longer than a minute' using errcode = '28000';
    end if;
    -- Which backend this is takes longer to find out than the rest: only where a token is bound to one.
    if app_private.is_minted(app_private.token_message(organization, actor, livemode, expires, nonce, ''), mac) then
        return;
    end if;
    if not app_private.is_minted(app_private.token_message(
               organization, actor, livemode, expires, nonce, app_private.backend()), mac) then
        raise exception 'the token is not valid' using errcode = '28000';
    end if;
end
$$;

create or replace function app_private.open_session(organization uuid, actor text, role text, livemode boolean)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    key record;
begin
    select * into key
      from app_private.seal_key
     where purpose = 'seal' and retired_at is null
     order by created_at desc, id desc
     limit 1;
    if not found then
        raise exception 'this database has no seal key' using errcode = '55000', hint = 'hedgerow keys create';
    end if;
    perform set_config('app.organization_id', coalesce(organization::text, ''), true),
            set_config('app.actor', coalesce(actor, ''), true),
            set_config('app.role', coalesce(role, ''), true),
            set_config('app.livemode', coalesce(livemode::text, ''), true);
    perform set_config('app.seal', key.id || '.' || encode(app_private.hmac(
                key.inner_pad, key.outer_pad, app_private.seal_message()), 'hex'), true);
end
$$;

create or replace function app.bind(organization uuid, actor text, livemode boolean,
                                    expires timestamptz default null, nonce uuid default null, mac bytea default null)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform app_private.check_token(organization, actor, livemode, expires, nonce, mac);
    perform app_private.open_session(organization, actor, app_private.role_of(organization, actor, livemode), livemode);
end
$$;

-- A token for a session of the application that a person opens; the application mints its own.
create or replace function app_private.mint(organization uuid, actor text, livemode boolean,
                                            lifetime interval default interval '30 seconds', backend text default '')
    returns table (expires timestamptz, nonce uuid, mac bytea)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    key record;
begin
    select * into key
      from app_private.seal_key
     where purpose = 'bind' and retired_at is null
     order by created_at desc, id desc
     limit 1;
    if not found then
        raise exception 'this database has no bind key' using errcode = '55000', hint = 'hedgerow keys create';
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
