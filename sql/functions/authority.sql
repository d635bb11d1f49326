--liquibase formatted sql

--changeset hedgerow:authority runOnChange:true splitStatements:false stripComments:false
--comment: Nobody hands out more than they have, authority ends with its giver, and a second person approves.
set local role hedgerow_owner;

-- An agent's key ranks with admin keys: only an admin may create one.
create or replace function app_private.rank(role text) returns integer
    language sql immutable parallel safe
    return case role when 'owner' then 4 when 'admin' then 3 when 'agent' then 3 when 'member' then 2
                     when 'viewer' then 1 else 0 end;

create or replace function app_private.may_give(giver text, role text) returns boolean
    language sql immutable parallel safe
    return coalesce(giver in ('owner', 'admin') and app_private.rank(role) <= app_private.rank(giver), false);
comment on function app_private.may_give(text, text) is
    'Whether somebody of the role giver may hand out a role, if no scopes restrict them.';
grant execute on function app_private.rank(text), app_private.may_give(text, text) to hedgerow_auth;

create or replace function app_private.persons_behind(organization uuid, livemode boolean, actors text[])
    returns text[]
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan  -- else each call plans anew, for an array of known length
as $$
begin
    return (
        with acting as materialized (  -- which reads each name once, not once for each key
            select a.actor,
                   substring(a.actor from '^key:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$')::uuid as key,
                   substring(a.actor from '^agent:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$')::uuid as agent
              from unnest(actors) a (actor))
        select coalesce(array_agg(distinct coalesce(k.person, a.actor)), '{}')
          from acting a
          left join lateral (
                   select made.created_by_person as person
                     from app.api_key made
                    where made.organization_id = organization and made.livemode = persons_behind.livemode
                      and made.id = a.key
                   union all
                   select made.created_by_person
                     from app.api_key made
                    where made.organization_id = organization and made.livemode = persons_behind.livemode
                      and made.agent_id = a.agent) k on true
         where coalesce(k.person, a.actor) like 'user:%');
end
$$;
comment on function app_private.persons_behind(uuid, boolean, text[]) is
    'The people among the actors, whoever made those that are keys, and whoever made a key for those that are agents.';

-- Handing out

-- Locks the membership and the key that the giver's authority rests on. They cannot end before this transaction does,
-- and a transaction with an old snapshot fails here if they have ended since.
create or replace function app_private.check_giver(door text, organization uuid, role text,
                                                   scopes text[] default null, ends timestamptz default null)
    returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    actor  constant text := app.actor();
    person text := case when actor like 'user:%' then actor end;  -- an agent can grant nothing
    giver  app.api_key;
    held   text;
begin
    if actor like 'system:%' then
        return;
    elsif actor like 'key:%' then
        select * into giver
          from app.api_key k
         where k.organization_id = organization and k.livemode = app.livemode() and k.id = substr(actor, 5)::uuid
           and k.revoked_at is null
           for share;
        person := giver.created_by_person;
    end if;
    if person is not null then
        select m.role into held
          from app.membership m
         where m.organization_id = organization and m.user_id = substr(person, 6)::uuid and m.status = 'active'
           and m.permissions is null
           for share;
    end if;
    if not app_private.may_give(app.role(), role)
       or person is not null and not app_private.may_give(held, role)
       or actor like 'key:%' and giver.id is null
       or giver.kind = 'restricted' and not coalesce(scopes <@ giver.scopes, false) then
        raise exception 'nobody hands out more than they have' using errcode = '42501', constraint = door;
    elsif door = 'api_key_within_giver' and giver.expires_at < coalesce(ends, 'infinity') then
        raise exception 'a key ends no later than the key that made it'
            using errcode = '42501', constraint = 'api_key_ends_with_giver';
    end if;
end
$$;
comment on function app_private.check_giver(text, uuid, text, text[], timestamptz) is
    'Refuses, in the name of a door, a role that the actor may not hand out; scopes: null for all that the role may.';

create or replace function app_private.give_key() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        new.created_by_person
            := (app_private.persons_behind(new.organization_id, new.livemode, array[new.created_by]))[1];
    end if;
    perform app_private.check_giver('api_key_within_giver', new.organization_id, new.role,
                                    case new.kind when 'restricted' then new.scopes end, new.expires_at);
    return new;
end
$$;

create or replace function app_private.give_invitation() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    new.invited_by_person
        := (app_private.persons_behind(new.organization_id, app.livemode(), array[new.invited_by]))[1];
    perform app_private.check_giver('invitation_within_giver', new.organization_id, new.role);
    return new;
end
$$;

create or replace function app_private.give_role() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if old.status <> 'active' or app_private.rank(new.role) > app_private.rank(old.role)
       or not coalesce(new.permissions <@ old.permissions, old.permissions is null) then
        perform app_private.check_giver('membership_within_giver', new.organization_id, new.role, new.permissions);
    end if;
    return new;
end
$$;

create or replace trigger authority before insert on app.api_key
    for each row execute function app_private.give_key();
create or replace trigger longer_life before update of expires_at on app.api_key
    for each row when (coalesce(new.expires_at, 'infinity') > coalesce(old.expires_at, 'infinity'))
    execute function app_private.give_key();
create or replace trigger authority before insert on app.invitation
    for each row execute function app_private.give_invitation();
create or replace trigger authority before update of role, status, permissions on app.membership
    for each row when (new.status = 'active')
    execute function app_private.give_role();

-- Ending

-- Handles keys of both modes: the session is bound to each in turn, so that the audit log names its actor.
create or replace function app_private.end_authority(organization uuid, person text, remaining text) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    bound constant text[] := app_private.bound_session();
    actor constant text := app.actor();
    acts  constant text := app.role();
    mode  boolean;
begin
    update app.invitation i
       set status = 'revoked'
     where i.organization_id = organization and i.invited_by_person = person and i.status = 'pending'
       and not app_private.may_give(remaining, i.role);
    foreach mode in array array[false, true] loop
        perform app_private.open_session(organization, actor, acts, mode);
        update app.api_key k
           set revoked_at = now()
         where k.organization_id = organization and k.livemode = mode and k.created_by_person = person
           and k.revoked_at is null and app_private.rank(k.role) > app_private.rank(remaining);
    end loop;
    perform app_private.rebind(bound);
end
$$;
comment on function app_private.end_authority(uuid, text, text) is
    'Ends the keys and invitations of a person that go beyond the remaining role; null: all of them.';

create or replace function app_private.membership_lowered() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    had       constant text := case old.status when 'active' then old.role end;
    -- A narrowed member grants nothing: what they granted before ends as well.
    remaining constant text := case when new.status = 'active'
                                         and (new.permissions is null or old.permissions is not null)
                                    then new.role end;
begin
    if app_private.rank(remaining) < app_private.rank(had) then
        perform app_private.end_authority(old.organization_id, 'user:' || old.user_id, remaining);
    end if;
    return null;
end
$$;

create or replace function app_private.key_revoked() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update app.api_key k
       set revoked_at = now()
     where k.organization_id = new.organization_id and k.livemode = new.livemode
       and k.created_by = 'key:' || new.id and k.revoked_at is null;
    update app.invitation i
       set status = 'revoked'
     where i.organization_id = new.organization_id and i.invited_by = 'key:' || new.id and i.status = 'pending';
    return null;
end
$$;

create or replace trigger ending after update of role, status, permissions or delete on app.membership
    for each row execute function app_private.membership_lowered();
create or replace trigger ending after update of revoked_at on app.api_key
    for each row when (old.revoked_at is null and new.revoked_at is not null)
    execute function app_private.key_revoked();

-- The second person

-- Confirming an order and deciding on its approval exclude each other: each transaction sees the other's result.
create or replace function app_private.order_confirmed() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('approval of ' || new.id, 0));
    new.initiators := app_private.persons_behind(new.organization_id, new.livemode,
                                                 array[new.created_by, app.actor()]);
    if exists (select from app.approval a
                where a.organization_id = new.organization_id and a.livemode = new.livemode
                  and a.payment_order_id = new.id and a.status = 'approved'
                   and a.decided_by = any (new.initiators)) then
        raise exception 'whoever approved an order cannot confirm it'
            using errcode = '42501', table = 'payment_order', constraint = 'payment_order_second_person';
    end if;
    return new;
end
$$;

-- To an agent, an order that it does not execute is indistinguishable from one that does not exist, because
-- this runs before any unique or foreign key is checked. The fence refuses the rows of another tenant.
create or replace function app_private.approval_requested() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    ordered app.payment_order;
begin
    select * into ordered
      from app.payment_order o
     where o.organization_id = new.organization_id and o.livemode = new.livemode and o.id = new.payment_order_id;
    if app.role() = 'agent' and ordered.executing_agent_id is distinct from app.agent_id()
       and (new.organization_id, new.livemode) = (app.organization_id(), app.livemode()) then
        raise exception 'there is no payment order %', new.payment_order_id
            using errcode = '23503', table = 'approval', constraint = 'approval_order_of_agent';
    end if;
    new.initiators := app_private.persons_behind(new.organization_id, new.livemode,
                          array[ordered.created_by, new.requested_by] || ordered.initiators);
    return new;
end
$$;

create or replace function app_private.approval_decided() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('approval of ' || new.payment_order_id, 0));
    new.initiators := app_private.persons_behind(new.organization_id, new.livemode, new.initiators || (
                          select o.initiators
                            from app.payment_order o
                           where o.organization_id = new.organization_id and o.livemode = new.livemode
                             and o.id = new.payment_order_id));
    return new;
end
$$;

create or replace trigger initiators before update of status on app.payment_order
    for each row when (old.status = 'requires_confirmation'
                       and new.status in ('requires_approval', 'requires_execution'))
    execute function app_private.order_confirmed();
create or replace trigger initiators before insert on app.approval
    for each row execute function app_private.approval_requested();
create or replace trigger second_person before update of status on app.approval
    for each row when (new.status in ('approved', 'rejected'))
    execute function app_private.approval_decided();

reset role;
--rollback drop trigger authority on app.api_key;
--rollback drop trigger longer_life on app.api_key;
--rollback drop trigger ending on app.api_key;
--rollback drop trigger authority on app.invitation;
--rollback drop trigger authority on app.membership;
--rollback drop trigger ending on app.membership;
--rollback drop trigger initiators on app.payment_order;
--rollback drop trigger initiators on app.approval;
--rollback drop trigger second_person on app.approval;
--rollback drop function app_private.order_confirmed(), app_private.approval_requested(),
--rollback     app_private.approval_decided(), app_private.key_revoked(), app_private.membership_lowered(),
--rollback     app_private.end_authority(uuid, text, text), app_private.give_role(), app_private.give_invitation(),
--rollback     app_private.give_key(), app_private.check_giver(text, uuid, text, text[], timestamptz),
--rollback     app_private.persons_behind(uuid, boolean, text[]), app_private.may_give(text, text),
--rollback     app_private.rank(text);
