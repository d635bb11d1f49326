--liquibase formatted sql

--changeset hedgerow:bind runOnChange:true splitStatements:false stripComments:false
--comment: Binding a session to a tenant, and who may be bound.
set local role hedgerow_owner;
grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

create or replace function app_private.session_may_own() returns boolean
    language sql stable parallel safe
    return pg_has_role(session_user, 'hedgerow_owner', 'member');
comment on function app_private.session_may_own() is 'Whether the login could read the keys and the tables anyway.';

-- The role comes from the database, never from the caller. Every request asks: one look-up by primary key, which the
-- planner puts into the statement of the caller.
create or replace function app_private.role_in(organization uuid, actor text, livemode boolean) returns setof text
    language sql stable
as $$
    select p.acts_as
      from app_private.principal p
     where p.subject = actor
       and p.organization_id = organization
       and p.acts_as is not null
       and (p.expires_at is null or p.expires_at > now())
       and (p.livemode is null or p.livemode = role_in.livemode)
       and role_in.livemode is not null
$$;

-- Also of those who have no role. One message for every refusal: it tells no one which tenants and members exist.
create or replace function app_private.role_of(organization uuid, actor text, livemode boolean) returns text
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    found_role text;
begin
    if livemode is null or actor is null then
        raise exception 'an actor and a mode are needed to bind a session' using errcode = '28000';
    end if;
    select role into found_role from app_private.role_in(organization, actor, livemode) role;
    if found then
        return found_role;
    elsif organization is null and actor ~ '^user:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
        return null;  -- a person between sign-in and the choice of an organization: no tenant table opens
    elsif actor = 'system:sign-in' and organization is null then
        return null;  -- no tenant table opens; the sign-in functions do
    elsif actor ~ '^system:[a-z0-9_-]{1,64}$' and organization is not null
          and (session_user = 'hedgerow_worker' or app_private.session_may_own()) then
        return null;
    end if;
    raise exception 'this actor may not act in this organization' using errcode = '28000';
end
$$;

-- A pooler takes no settings when it connects, and those of the login can be changed by any SQL that runs as it: a
-- service behind a pooler calls this in every transaction, with the bind.
create or replace function app.settle() returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('row_security', 'on', true),
            set_config('statement_timeout', '15s', true),
            set_config('idle_in_transaction_session_timeout', '1min', true),
            set_config('lock_timeout', '0', true),
            set_config('standard_conforming_strings', 'on', true),
            set_config('transform_null_equals', 'off', true),
            set_config('array_nulls', 'on', true);
end
$$;
comment on function app.settle() is
    'Sets what a service relies on for the rest of the transaction, whatever the settings of its login are.';
grant execute on function app.settle() to hedgerow_app;

comment on function app.bind(uuid, text, boolean, timestamptz, uuid, bytea) is
    'Binds the transaction to a tenant, an actor (user:, agent:, key:<uuid> or system:<name>) and live or test data. '
    'Sealed mode also needs a token: its expiry, nonce and HMAC-SHA256.';

grant execute on function app.bind(uuid, text, boolean, timestamptz, uuid, bytea)
    to hedgerow_app, hedgerow_worker, hedgerow_owner;
grant execute on function app_private.session_may_own() to hedgerow_owner;

set local role hedgerow_owner;
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback drop function app.bind(uuid, text, boolean, timestamptz, uuid, bytea),
--rollback     app_private.role_of(uuid, text, boolean), app_private.role_in(uuid, text, boolean),
--rollback     app_private.session_may_own(), app.settle();
