--liquibase formatted sql

--changeset hedgerow:sign-in runOnChange:true splitStatements:false stripComments:false
--comment: Look-ups before a tenant is known. Each function serves whoever holds a secret, and reveals nothing else.
set local role hedgerow_owner;
grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

-- API keys and invitations

create or replace function app_private.key_behind(key_hash bytea)
    returns table (organization_id uuid, id uuid, livemode boolean, role text, scopes text[], agent_id uuid)
    language sql stable
as $$
    select p.organization_id, p.id, p.livemode, p.role, p.scopes, p.agent_id
      from app_private.principal p
     where p.secret_hash = $1 and p.kind = 'key' and p.active and (p.expires_at is null or p.expires_at > now())
       and (p.agent_id is null
            or exists (select from app_private.principal a
                        where a.subject = 'agent:' || p.agent_id and a.organization_id = p.organization_id
                          and a.active))
$$;

create or replace function app.find_api_key(key_hash bytea)
    returns table (organization_id uuid, id uuid, livemode boolean, role text, scopes text[], agent_id uuid)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select * from app_private.key_behind($1)
$$;
comment on function app.find_api_key(bytea) is
    'The tenant of an API key, by the SHA-256 of the key, and the agent whose it is; no row if it does not count, or '
    'its agent does not. Scopes: of a restricted key.';

-- The use of a key is recorded inside the fence of its tenant, at most once a minute. It waits for nobody:
-- a revocation takes precedence. The transaction is bound again to whatever it was bound to before.
create or replace function app_private.note_use(organization uuid, key_id uuid, livemode boolean) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    bound constant text[] := app_private.bound_session();
begin
    if current_setting('transaction_read_only') = 'on' then
        return;
    end if;
    perform app_private.open_session(organization, 'key:' || key_id, null, livemode);
    update app.api_key k
       set last_used_at = now()
     where k.organization_id = organization and k.livemode = note_use.livemode
       and k.id = (select stale.id
                     from app.api_key stale
                    where stale.organization_id = organization and stale.livemode = note_use.livemode
                      and stale.id = key_id and stale.revoked_at is null
                      and (stale.last_used_at is null or stale.last_used_at < now() - interval '1 minute')
                      for no key update skip locked);
    perform app_private.rebind(bound);
end
$$;

create or replace function app.use_api_key(key_hash bytea)
    returns table (organization_id uuid, id uuid, livemode boolean, role text, scopes text[], agent_id uuid)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    for organization_id, id, livemode, role, scopes, agent_id in select * from app_private.key_behind(key_hash) loop
        perform app_private.note_use(organization_id, id, livemode);
        return next;
    end loop;
end
$$;
comment on function app.use_api_key(bytea) is 'app.find_api_key(), which also notes that the key is in use.';

create or replace function app_private.invitation_behind(token_hash bytea)
    returns table (organization_id uuid, id uuid, role text)
    language sql stable
as $$
    select p.organization_id, p.id, p.role
      from app_private.principal p
     where p.secret_hash = $1 and p.kind = 'invitation' and p.active and p.expires_at > now()
$$;

create or replace function app.find_invitation(token_hash bytea)
    returns table (organization_id uuid, id uuid, role text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select * from app_private.invitation_behind($1)
$$;
comment on function app.find_invitation(bytea) is 'The tenant of an invitation, by the SHA-256 of its token.';

-- Sign-in itself acts as system:sign-in: SQL injected into a tenant's request cannot sign anyone in, and in sealed mode
-- it cannot become that actor.
create or replace function app_private.signing_in() returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if app.actor() is distinct from 'system:sign-in' then
        raise exception 'only the actor system:sign-in may call this'
            using errcode = '42501', hint = 'Bind as system:sign-in first.';
    end if;
    return true;
end
$$;

-- Nonces

-- Anyone may request one: each request removes two that have expired, so that the table does not grow.
create or replace function app.create_nonce(nonce_hash bytea, purpose text, domain text, address text default null,
                                            chain_id bigint default null, user_id uuid default null,
                                            lifetime interval default interval '10 minutes') returns timestamptz
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    select app_private.signing_in();
    delete from app.auth_nonce n
     where n.id in (select stale.id from app.auth_nonce stale
                     where stale.expires_at < now() order by stale.expires_at limit 2 for update skip locked);
    insert into app.auth_nonce (nonce_hash, purpose, domain, address, chain_id, user_id, expires_at)
    values ($1, $2, $3, $4, $5, $6, now() + least($7, interval '1 hour'))
    returning expires_at
$$;
comment on function app.create_nonce(bytea, text, text, text, bigint, uuid, interval) is
    'Stores the SHA-256 of a nonce that somebody is about to sign; returns when it expires.';

create or replace function app.consume_nonce(nonce_hash bytea)
    returns table (purpose text, domain text, address text, chain_id bigint, user_id uuid)
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    select app_private.signing_in();
    update app.auth_nonce n
       set consumed_at = now()
     where n.nonce_hash = $1 and n.consumed_at is null and n.expires_at > now()
    returning n.purpose, n.domain, n.address, n.chain_id, n.user_id
$$;
comment on function app.consume_nonce(bytea) is 'Consumes a nonce: of a hundred concurrent calls, one gets the row.';

-- People

-- The organization and role of a person: the picked organization, if they belong to it, or otherwise their only one.
-- The role is as it would be bound: with the permissions of a narrowed member.
create or replace function app_private.place_of(user_id uuid, picked uuid)
    returns table (organization_id uuid, role text)
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select min(p.organization_id::text)::uuid, min(p.acts_as || app_private.permissions_behind(p.kind, p.scopes))
      from app_private.principal p
     where p.subject = 'user:' || $1 and p.kind = 'user' and p.id = $1 and p.active
       and (picked is null or p.organization_id = picked)
    having count(*) = 1
$$;

create or replace function app.find_user_by_identity(kind text, issuer text, subject text, picked uuid default null)
    returns table (user_id uuid, organization_id uuid, role text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select app_private.signing_in();
    select i.user_id, place.organization_id, place.role
      from app.user_identity i
     cross join app.app_user u
      left join app_private.place_of(i.user_id, picked) place on true
     where u.id = i.user_id and i.kind = $1 and i.issuer = $2 and i.subject = $3
       and i.verified_at is not null and u.status = 'active'
$$;
comment on function app.find_user_by_identity(text, text, text, uuid) is
    'The person with this verified identity, with their role in the picked organization or otherwise their only one.';

-- A key signs in the same way on every chain, a contract only on its own: the same address on another chain may belong
-- to somebody else.
create or replace function app.find_user_by_wallet(address text, chain_id bigint) returns uuid
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select app_private.signing_in();
    select w.user_id
      from app.user_wallet w
      join app.app_user u on u.id = w.user_id
     where w.address = $1 and w.chain_id = $2
       and w.verified_at is not null and u.status = 'active'
$$;
comment on function app.find_user_by_wallet(text, bigint) is
    'The person with this wallet: chain 0 if a key signed, otherwise the chain whose contract verified the signature.';

create or replace function app.register_wallet_user(display_name text, address text, chain_id bigint, kind text)
    returns uuid
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    select app_private.signing_in();
    with person as (
        insert into app.app_user (display_name) values ($1) returning id
    )
    insert into app.user_wallet (user_id, address, chain_id, kind, verified_at)
    select id, $2, $3, $4, now() from person
    returning user_id
$$;
comment on function app.register_wallet_user(text, text, bigint, text) is
    'Creates a person with a wallet that has just signed. Violates the unique key if somebody has that wallet.';

create or replace function app.register_identity_user(display_name text, kind text, issuer text, subject text,
                                                      email text) returns uuid
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    select app_private.signing_in();
    with person as (
        insert into app.app_user (display_name) values ($1) returning id
    )
    insert into app.user_identity (user_id, kind, issuer, subject, email, verified_at)
    select id, $2, $3, $4, $5, now() from person
    returning user_id
$$;
comment on function app.register_identity_user(text, text, text, text, text) is
    'Creates a person with an identity that has just been verified.';

-- Linking and unlinking: the caller has just proved that both sides belong to the same person.

create or replace function app.link_wallet(user_id uuid, address text, chain_id bigint, kind text) returns uuid
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    select app_private.signing_in();
    insert into app.user_wallet (user_id, address, chain_id, kind, verified_at)
    select u.id, $2, $3, $4, now()
      from app.app_user u
     where u.id = $1 and u.status = 'active'
    returning id
$$;
comment on function app.link_wallet(uuid, text, bigint, text) is
    'Links a wallet that has just signed to this person. Violates the unique key if somebody has that wallet.';

create or replace function app.link_identity(user_id uuid, kind text, issuer text, subject text, email text)
    returns uuid
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    select app_private.signing_in();
    insert into app.user_identity (user_id, kind, issuer, subject, email, verified_at)
    select u.id, $2, $3, $4, $5, now()
      from app.app_user u
     where u.id = $1 and u.status = 'active'
    returning id
$$;
comment on function app.link_identity(uuid, text, text, text, text) is
    'Links an identity that has just been verified to this person. Violates the unique key if somebody has it.';

-- Concurrent unlinks must take turns, or each would rely on the way in that the other removes. Sessions that began with
-- the removed one end; as a session does not record how it began, all of them end.
create or replace function app_private.keep_a_way_in(person uuid, wallet uuid, identity uuid) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from app.user_wallet w
                    where w.user_id = person and w.verified_at is not null and w.id is distinct from wallet)
       and not exists (select from app.user_identity i
                        where i.user_id = person and i.verified_at is not null and i.id is distinct from identity) then
        raise exception 'a person must keep at least one way to sign in'
            using errcode = '23514', table = 'app_user', constraint = 'app_user_keep_a_way_in';
    end if;
end
$$;

create or replace function app.unlink_wallet(user_id uuid, address text, chain_id bigint) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    gone uuid;
begin
    perform app_private.signing_in(),
            pg_advisory_xact_lock(hashtextextended('ways in of ' || unlink_wallet.user_id, 0));
    select w.id into gone from app.user_wallet w
     where w.user_id = unlink_wallet.user_id and w.address = unlink_wallet.address
       and w.chain_id = unlink_wallet.chain_id;
    if not found then
        return false;
    end if;
    perform app_private.keep_a_way_in(unlink_wallet.user_id, gone, null);
    delete from app.user_wallet w where w.id = gone;
    update app.auth_session s set revoked_at = now()
     where s.user_id = unlink_wallet.user_id and s.revoked_at is null;
    return true;
end
$$;
comment on function app.unlink_wallet(uuid, text, bigint) is
    'Unlinks a wallet, unless it is the last way in, and signs the person out everywhere; false: it is not theirs.';

create or replace function app.unlink_identity(user_id uuid, kind text, issuer text, subject text) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    gone uuid;
begin
    perform app_private.signing_in(),
            pg_advisory_xact_lock(hashtextextended('ways in of ' || unlink_identity.user_id, 0));
    select i.id into gone from app.user_identity i
     where i.user_id = unlink_identity.user_id and i.kind = unlink_identity.kind
       and i.issuer = unlink_identity.issuer and i.subject = unlink_identity.subject;
    if not found then
        return false;
    end if;
    perform app_private.keep_a_way_in(unlink_identity.user_id, null, gone);
    delete from app.user_identity i where i.id = gone;
    update app.auth_session s set revoked_at = now()
     where s.user_id = unlink_identity.user_id and s.revoked_at is null;
    return true;
end
$$;
comment on function app.unlink_identity(uuid, text, text, text) is
    'Unlinks an identity, unless it is the last way in, and signs the person out everywhere; false: it is not theirs.';

-- Sessions

create or replace function app.create_session(token_hash bytea, user_id uuid, method text, lifetime interval,
                                              user_agent text default null, ip_address inet default null)
    returns timestamptz
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    select app_private.signing_in();
    insert into app.auth_session (token_hash, user_id, method, user_agent, ip_address, expires_at)
    select $1, u.id, $3, left($5, 500), $6, now() + least($4, interval '30 days')
      from app.app_user u
     where u.id = $2 and u.status = 'active'
    returning expires_at
$$;
comment on function app.create_session(bytea, uuid, text, interval, text, inet) is
    'Signs a person in and returns when the session expires; null if the person is not active.';

create or replace function app.find_session(token_hash bytea, picked uuid default null)
    returns table (id uuid, user_id uuid, created_at timestamptz, expires_at timestamptz, organization_id uuid,
                   role text)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Recorded at most once a minute, and without waiting, so that signing out takes precedence.
    if current_setting('transaction_read_only') = 'off' then
        update app.auth_session s
           set last_seen_at = now()
         where s.id = (select stale.id
                         from app.auth_session stale
                        where stale.token_hash = $1 and stale.revoked_at is null and stale.expires_at > now()
                          and stale.last_seen_at < now() - interval '1 minute'
                          for no key update skip locked);
    end if;
    return query
        select s.id, s.user_id, s.created_at, s.expires_at, place.organization_id, place.role
          from app.auth_session s
         cross join app.app_user u
          left join app_private.place_of(s.user_id, picked) place on true
         where u.id = s.user_id and s.token_hash = $1 and s.revoked_at is null and s.expires_at > now()
           and u.status = 'active';
end
$$;
comment on function app.find_session(bytea, uuid) is
    'The session with this SHA-256 of a token, and the person''s organization and role: the picked one, or otherwise '
    'their only one. Records that the session is in use.';

create or replace function app.revoke_session(token_hash bytea) returns boolean
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    with revoked as (
        update app.auth_session s set revoked_at = now()
         where s.token_hash = $1 and s.revoked_at is null
        returning 1
    )
    select exists (select from revoked)
$$;
comment on function app.revoke_session(bytea) is 'Ends a session.';

-- Tenants. The caller has authenticated the person.

-- Each row is read inside the fence of its tenant: nothing here may see two tenants at once.
create or replace function app.organizations_of(user_id uuid)
    returns table (id uuid, slug text, name text, status text, role text)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    member record;
begin
    perform app_private.signing_in();
    for member in
        select p.organization_id, p.role
          from app_private.principal p
         where p.subject = 'user:' || organizations_of.user_id and p.kind = 'user' and p.id = organizations_of.user_id
           and p.active
         order by p.organization_id
         limit 1000
    loop
        perform app_private.open_session(member.organization_id, 'user:' || organizations_of.user_id, null, false);
        return query select o.id, o.slug, o.name, o.status, member.role
                       from app.organization o where o.id = member.organization_id;
    end loop;
    perform app_private.open_session(null, 'system:sign-in', null, false);
end
$$;
comment on function app.organizations_of(uuid) is 'The organizations of a person and their role in each; at most 1000.';

create or replace function app.create_organization(user_id uuid, slug text, name text, country text,
                                                   currency text, livemode boolean default false) returns uuid
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    founder app.app_user;
    tenant  uuid := app.uuidv7();
begin
    perform app_private.signing_in();
    select u.* into founder from app.app_user u where u.id = create_organization.user_id and u.status = 'active';
    if not found then
        raise exception 'this user does not exist or is not active' using errcode = '28000';
    end if;
    perform app_private.open_session(tenant, 'user:' || founder.id, 'owner', livemode);
    insert into app.organization (id, slug, name, country, default_currency)
    values (tenant, create_organization.slug, create_organization.name, create_organization.country, currency);
    insert into app.membership (organization_id, user_id, role, display_name)
    values (tenant, founder.id, 'owner', founder.display_name);
    return tenant;
end
$$;
comment on function app.create_organization(uuid, text, text, text, text, boolean) is
    'Creates a tenant owned by the person, and binds the transaction to it.';

create or replace function app_private.giver_stands(organization uuid, giver text, person text, role text)
    returns boolean
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select giver like 'system:%'
           or exists (select from app_private.principal p
                       where p.subject = giver and p.organization_id = organization and p.active
                         and p.scopes is null and (p.expires_at is null or p.expires_at > now())
                         and app_private.may_give(p.role, giver_stands.role))
              and (person is null
                   or exists (select from app_private.principal p
                               where p.subject = person and p.organization_id = organization and p.active
                                 and p.scopes is null
                                 and app_private.may_give(p.role, giver_stands.role)))
$$;
comment on function app_private.giver_stands(uuid, text, text, text) is
    'Whether the giver of a role, and the person behind it, could still give that role.';

create or replace function app.accept_invitation(user_id uuid, token_hash bytea, livemode boolean default false)
    returns uuid
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    guest   app.app_user;
    invited record;
    sent    record;
begin
    perform app_private.signing_in();
    select u.* into guest from app.app_user u where u.id = accept_invitation.user_id and u.status = 'active';
    if not found then
        raise exception 'this user does not exist or is not active' using errcode = '28000';
    end if;
    select * into invited from app_private.invitation_behind(accept_invitation.token_hash);
    if not found then
        raise exception 'the invitation is not valid, or no longer valid' using errcode = '28000';
    end if;
    perform app_private.open_session(invited.organization_id, 'user:' || guest.id, null, livemode);
    select i.invited_by, i.invited_by_person into sent
      from app.invitation i
     where i.organization_id = invited.organization_id and i.id = invited.id and i.status = 'pending'
       for no key update;
    if not found
       or not app_private.giver_stands(invited.organization_id, sent.invited_by, sent.invited_by_person,
                                       invited.role) then
        raise exception 'the invitation is not valid, or no longer valid' using errcode = '28000';
    end if;
    update app.invitation i
       set status = 'accepted', accepted_by = guest.id, accepted_at = now()
     where i.organization_id = invited.organization_id and i.id = invited.id;
    insert into app.membership (organization_id, user_id, role, display_name, invitation_id)
    values (invited.organization_id, guest.id, invited.role, guest.display_name, invited.id);
    perform app_private.open_session(invited.organization_id, 'user:' || guest.id, invited.role, livemode);
    return invited.organization_id;
end
$$;
comment on function app.accept_invitation(uuid, bytea, boolean) is
    'Makes the person a member of the tenant that the token invites to, and binds the transaction to it. '
    'The invitation must still be one that its giver could send.';

drop function if exists app_private.end_a_way_in(uuid);

grant execute on function
    app.find_api_key(bytea), app.use_api_key(bytea), app.find_invitation(bytea),
    app.create_nonce(bytea, text, text, text, bigint, uuid, interval), app.consume_nonce(bytea),
    app.find_user_by_identity(text, text, text, uuid), app.find_user_by_wallet(text, bigint),
    app.register_wallet_user(text, text, bigint, text), app.register_identity_user(text, text, text, text, text),
    app.link_wallet(uuid, text, bigint, text), app.link_identity(uuid, text, text, text, text),
    app.unlink_wallet(uuid, text, bigint), app.unlink_identity(uuid, text, text, text),
    app.create_session(bytea, uuid, text, interval, text, inet), app.find_session(bytea, uuid),
    app.revoke_session(bytea), app.organizations_of(uuid),
    app.create_organization(uuid, text, text, text, text, boolean),
    app.accept_invitation(uuid, bytea, boolean)
    to hedgerow_app;

set local role hedgerow_owner;
revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback drop function app_private.signing_in(), app_private.place_of(uuid, uuid),
--rollback     app_private.keep_a_way_in(uuid, uuid, uuid), app_private.key_behind(bytea),
--rollback     app_private.invitation_behind(bytea),
--rollback     app_private.note_use(uuid, uuid, boolean), app.use_api_key(bytea),
--rollback     app.find_api_key(bytea), app.find_invitation(bytea),
--rollback     app.create_nonce(bytea, text, text, text, bigint, uuid, interval), app.consume_nonce(bytea),
--rollback     app.find_user_by_identity(text, text, text, uuid), app.find_user_by_wallet(text, bigint),
--rollback     app.register_wallet_user(text, text, bigint, text),
--rollback     app.register_identity_user(text, text, text, text, text),
--rollback     app.link_wallet(uuid, text, bigint, text), app.link_identity(uuid, text, text, text, text),
--rollback     app.unlink_wallet(uuid, text, bigint), app.unlink_identity(uuid, text, text, text),
--rollback     app.create_session(bytea, uuid, text, interval, text, inet), app.find_session(bytea, uuid),
--rollback     app.revoke_session(bytea),
--rollback     app.organizations_of(uuid), app.create_organization(uuid, text, text, text, text, boolean),
--rollback     app.accept_invitation(uuid, bytea, boolean),
--rollback     app_private.giver_stands(uuid, text, text, text);
