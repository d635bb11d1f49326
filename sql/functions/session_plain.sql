--liquibase formatted sql

--changeset hedgerow:session-plain runAlways:true splitStatements:false stripComments:false
--comment: Plain mode. Whoever may connect binds a session, to any tenant that its actor may act in.
set local role hedgerow_owner;
do $$
begin
    if to_regproc('app_private.is_minted') is not null then
        raise exception 'this database is sealed and cannot return to plain mode'
            using errcode = '55000', hint = 'Install with mode=sealed.';
    end if;
end
$$;

grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

create or replace function app_private.mode() returns text
    language sql immutable parallel safe
    return 'plain';

-- Returns no row if a token was given.
create or replace function app_private.may_bind(organization uuid, actor text, livemode boolean,
                                                expires timestamptz, nonce uuid, mac bytea) returns setof boolean
    language sql stable
as $$
    select true where num_nonnulls(expires, nonce, mac) = 0
$$;

create or replace function app_private.check_token(organization uuid, actor text, livemode boolean,
                                                   expires timestamptz, nonce uuid, mac bytea) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- An application that sends tokens relies on this database to check them.
    if num_nonnulls(expires, nonce, mac) > 0 then
        raise exception 'this database is in plain mode and checks no token'
            using errcode = '28000', hint = 'Install with mode=sealed, or bind without a token.';
    end if;
end
$$;

grant execute on function app_private.mode() to hedgerow_owner;

set local role hedgerow_owner;
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback empty
