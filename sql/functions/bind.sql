--liquibase formatted sql

--changeset hedgerow:bind runOnChange:true splitStatements:false stripComments:false
--comment: Binds a session to a tenant, and decides who may be bound.
set local role hedgerow_owner;
grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

create or replace function app_private.session_may_own() returns boolean
    language sql stable parallel safe
    return pg_has_role(session_user, 'hedgerow_owner', 'member');
comment on function app_private.session_may_own() is
    'True if the login may become hedgerow_owner, who could read the keys and the tables anyway.';

-- A narrowed member is bound with the permissions behind the role, each preceded by a blank;
-- app.permits() reads them. The application holds a key to its scopes.
create or replace function app_private.permissions_behind(kind text, scopes text[]) returns text
    language sql immutable parallel safe
    return case when kind = 'user' and scopes is not null then ' ' || array_to_string(scopes, ' ') else '' end;

-- The role comes from the database, never from the caller. Every request pays for this function: one
-- look-up by primary key, which the planner inlines into the caller's statement.
create or replace function app_private.role_in(organization uuid, actor text, livemode boolean) returns setof text
    language sql stable
as $$
    select p.acts_as || app_private.permissions_behind(p.kind, p.scopes)
      from app_private.principal p
     where p.subject = actor
       and p.organization_id = organization
       and p.acts_as is not null
       and not exists (select from app_private.tenant_suspension s where s.organization_id = organization)
       and (p.expires_at is null or p.expires_at > now())
       and (p.livemode is null or p.livemode = role_in.livemode)
       and role_in.livemode is not null
$$;

-- Covers actors without a role as well. Every refusal has the same message, so that nobody learns which
-- tenants and members exist.
create or replace function app_private.role_of(organization uuid, actor text, livemode boolean) returns text
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    found_role text;
begin
    if livemode is null or actor is null then
        raise exception 'no actor or no mode was given' using errcode = '28000', hint = 'Pass both to app.bind().';
    end if;
    if organization is not null and actor ~ '^system:[a-z0-9_-]{1,64}$' then
        -- The worker acts only in tenants that exist here; whoever may become the owner also creates them.
        if app_private.session_may_own()
           or session_user = 'hedgerow_worker'
              and exists (select from app_private.principal p
                           where p.subject = 'organization:' || organization and p.organization_id = organization) then
            return null;
        end if;
    else
        select role into found_role from app_private.role_in(organization, actor, livemode) role;
        if found then
            return found_role;
        elsif organization is null and actor ~ '^user:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
            return null;  -- a person who has not chosen an organization yet: no tenant table opens
        elsif organization is null and actor = 'system:sign-in' then
            return null;  -- no tenant table opens; the sign-in functions do
        end if;
    end if;
    raise exception 'this actor may not act in this organization' using errcode = '28000';
end
$$;

-- A pooler takes no settings when it connects, and any SQL that runs as a login can change that login's
-- settings: a service behind a pooler therefore calls this function in every transaction, together with the
-- bind.
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
    'Binds the transaction to a tenant, an actor (user:<uuid>, agent:<uuid>, key:<uuid> or system:<name>) and live or '
    'test data. Sealed mode also requires a token: its expiry, nonce and HMAC-SHA256.';

grant execute on function app.bind(uuid, text, boolean, timestamptz, uuid, bytea)
    to hedgerow_app, hedgerow_worker, hedgerow_owner;
grant execute on function app_private.session_may_own() to hedgerow_owner;

set local role hedgerow_owner;
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback drop function app.bind(uuid, text, boolean, timestamptz, uuid, bytea),
--rollback     app_private.role_of(uuid, text, boolean), app_private.role_in(uuid, text, boolean),
--rollback     app_private.permissions_behind(text, text[]), app_private.session_may_own(), app.settle();
