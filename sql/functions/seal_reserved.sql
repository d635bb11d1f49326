--liquibase formatted sql

--changeset hedgerow:seal-reserved runAlways:true splitStatements:false stripComments:false
--comment: The session lies in a parameter of the server that only the functions of hedgerow_auth may set.
do $$
declare
    open text;
begin
    if not has_parameter_privilege('hedgerow_auth', 'backtrace_functions', 'set') then
        grant set on parameter backtrace_functions to hedgerow_auth;
    end if;
    select string_agg(rolname, ', ' order by rolname) into open
      from pg_catalog.pg_roles
     where rolname in ('hedgerow_owner', 'hedgerow_app', 'hedgerow_worker', 'hedgerow_reviewer', 'hedgerow_backend')
       and has_parameter_privilege(oid, 'backtrace_functions', 'set');
    if open is not null then
        raise exception 'role % may set the parameter in which a session lies', open
            using errcode = '42501',
                  hint = 'Run revoke set on parameter backtrace_functions from that role, or from public.';
    end if;
exception when insufficient_privilege then
    if open is not null then
        raise;
    end if;
    raise exception 'only a superuser may reserve a parameter for hedgerow_auth'
        using errcode = '42501',
              hint = 'Have a superuser run: grant set on parameter backtrace_functions to hedgerow_auth; '
                     'or install with seal=hmac.';
end
$$;

set local role hedgerow_owner;
grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

-- A session is one line per part: a mark, the tenant, live or test, the actor, the role. The server admits letters,
-- digits, underscores, blanks, line feeds, tabs and commas, and looks for a C function of that name when it reports an
-- error: there is none. No part contains a tab or a comma, which stand for the dash and the colon.
create or replace function app_private.session_lines(organization uuid, actor text, role text, livemode boolean)
    returns text
    language sql immutable parallel safe
    return e'hedgerow\n' || coalesce(encode(uuid_send(organization), 'hex'), '') || e'\n'
           || coalesce(left(livemode::text, 1), '') || e'\n'
           || translate(coalesce(actor, '') || e'\n' || coalesce(role, ''), '-:', e'\t,');

-- Accessors. Unset reads as null. Never IMMUTABLE: a cached plan would keep the previous tenant. SQL bodies, because
-- the planner inlines them.
create or replace function app.organization_id() returns uuid
    language sql stable parallel safe
    return nullif(split_part(current_setting('backtrace_functions'), e'\n', 2), '')::uuid;

create or replace function app.livemode() returns boolean
    language sql stable parallel safe
    return nullif(split_part(current_setting('backtrace_functions'), e'\n', 3), '')::boolean;

create or replace function app.actor() returns text
    language sql stable parallel safe
    return nullif(translate(split_part(current_setting('backtrace_functions'), e'\n', 4), e'\t,', '-:'), '');

-- The role, and behind it the permissions of a narrowed member, each preceded by a blank.
create or replace function app_private.bound_role() returns text
    language sql stable parallel safe
    return translate(split_part(current_setting('backtrace_functions'), e'\n', 5), e'\t,', '-:');

create or replace function app.role() returns text
    language sql stable parallel safe
    return nullif(split_part(split_part(current_setting('backtrace_functions'), e'\n', 5), ' ', 1), '');

create or replace function app.user_id() returns uuid
    language sql stable parallel safe
    return case when split_part(current_setting('backtrace_functions'), e'\n', 4) like 'user,%'
                then translate(substr(split_part(current_setting('backtrace_functions'), e'\n', 4), 6),
                               e'\t', '-')::uuid end;

create or replace function app.agent_id() returns uuid
    language sql stable parallel safe
    return case when split_part(current_setting('backtrace_functions'), e'\n', 4) like 'agent,%'
                then translate(substr(split_part(current_setting('backtrace_functions'), e'\n', 4), 7),
                               e'\t', '-')::uuid end;

create or replace function app_private.open_session(organization uuid, actor text, role text, livemode boolean)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('backtrace_functions', app_private.session_lines(organization, actor, role, livemode), true);
end
$$;

create or replace function app_private.bound_session() returns text[]
    language sql stable
    return array[current_setting('backtrace_functions')];

create or replace function app_private.rebind(session text[]) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('backtrace_functions', session[1], true);
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
    perform set_config('backtrace_functions',
                       app_private.session_lines(organization, actor, role, livemode), true)
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

drop function if exists app_private.seal_holds(), app_private.seal(app_private.seal_key, text, text, text, text),
    app_private.seal_message(text, text, text, text);

set local role hedgerow_owner;
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback empty
