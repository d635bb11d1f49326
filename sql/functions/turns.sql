--liquibase formatted sql

--changeset hedgerow:turns runOnChange:true splitStatements:false stripComments:false
--comment: Turns tell the worker which tenants have work. It sees nothing of theirs until it is bound.
set local role hedgerow_owner;
grant create on schema app, app_private to hedgerow_auth;
set local role hedgerow_auth;

create or replace function app_private.ring_at_expiry() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into app_private.wake (kind, organization_id, livemode, due_at)
    values ('expire', new.organization_id, new.livemode, new.expires_at);
    return null;
end
$$;
comment on function app_private.ring_at_expiry() is 'Wakes the worker when the row that was made expires.';

create or replace function app_private.ring_for_invitation() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into app_private.wake (kind, organization_id, livemode, due_at)
    values ('expire', new.organization_id, false, new.expires_at);
    return null;
end
$$;
comment on function app_private.ring_for_invitation() is
    'Wakes the worker when the invitation that was made, which is for both modes, expires.';

-- Argument: the kind. It rings in the transaction that creates the work: rolled-back work wakes nobody.
create or replace function app_private.ring_for_row() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into app_private.wake (kind, organization_id, livemode, due_at)
    values (tg_argv[0], new.organization_id, new.livemode, clock_timestamp());
    return null;
end
$$;
comment on function app_private.ring_for_row() is 'Wakes the worker for a row that waits for it.';

create or replace function app_private.ring_for_tenant() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into app_private.wake (kind, organization_id, livemode, due_at)
    select 'retain', new.id, mode, clock_timestamp() from unnest(array[false, true]) mode;
    return null;
end
$$;
comment on function app_private.ring_for_tenant() is 'Begins the turns that every tenant has.';

-- During a turn nobody learns of another tenant: a session bound to a tenant neither takes turns nor ends
-- them.
create or replace function app_private.require_unbound() returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if app.organization_id() is not null then
        raise exception 'a session that is bound to a tenant has no turns'
            using errcode = '28000', hint = 'End the transaction first.';
    end if;
end
$$;

-- A turn that is taken comes back by itself when its time limit is over. Turns of each kind are taken by
-- how long they have been due, so that a tenant with much work queues behind all others when its turn ends.
-- It is planned once, by indexes alone: planning anew for each poll takes longer than the poll, and a plan made by an
-- estimate of what is due reads all turns.
create or replace function app.take_turns(kinds text[], most integer, time_to_finish interval)
    returns table (kind text, organization_id uuid, livemode boolean, lease uuid, rung bigint, due_at timestamptz)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_bitmapscan = off
    set enable_hashjoin = off
    set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
    moment constant timestamptz := clock_timestamp();  -- in a condition it could not be an index condition
begin
    perform app_private.require_unbound();
    with gone as (
        delete from app_private.wake w
         where w.id in (select id from app_private.wake order by id limit 10000 for update skip locked)
        returning w.kind, w.organization_id, w.livemode, w.due_at)
    insert into app_private.turn as t (kind, organization_id, livemode, due_at)
    select g.kind, g.organization_id, g.livemode, min(g.due_at) from gone g group by 1, 2, 3 order by 1, 2, 3
        on conflict (kind, organization_id, livemode) do update
       set rung = t.rung + 1,
           due_at = case when t.lease is null then least(t.due_at, excluded.due_at) else t.due_at end;
    return query
    with due as (
        select waiting.*
          from unnest(kinds) wanted (kind)
         cross join lateral (
               select t.kind, t.organization_id, t.livemode, t.due_at
                 from app_private.turn t
                where t.kind = wanted.kind and t.due_at <= moment
                order by t.due_at
                limit most
                  for update skip locked) waiting)
    update app_private.turn t
       set due_at = moment + time_to_finish, lease = gen_random_uuid()
      from due
     where (t.kind, t.organization_id, t.livemode) = (due.kind, due.organization_id, due.livemode)
    returning t.kind, t.organization_id, t.livemode, t.lease, t.rung, due.due_at;
end
$$;
comment on function app.take_turns(text[], integer, interval) is
    'The tenants that have waited longest, as many of each kind as asked for; nobody else gets them until the time to '
    'finish is over.';

-- Work that was announced meanwhile is not lost. Work due at once is due now: no tenant overtakes those who
-- wait.
create or replace function app.end_turn(kind text, organization uuid, livemode boolean, lease uuid, rung bigint,
                                        next_due timestamptz) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    moment constant timestamptz := clock_timestamp();
begin
    perform app_private.require_unbound();
    if next_due is null then
        delete from app_private.turn t
         where t.kind = end_turn.kind and t.organization_id = organization and t.livemode = end_turn.livemode
           and t.lease = end_turn.lease and t.rung = end_turn.rung;
        if found then
            return true;
        end if;
    end if;
    update app_private.turn t
       set lease = null,
           due_at = case when t.rung = end_turn.rung then greatest(next_due, moment) else moment end
     where t.kind = end_turn.kind and t.organization_id = organization and t.livemode = end_turn.livemode
       and t.lease = end_turn.lease;
    return found;
end
$$;
comment on function app.end_turn(text, uuid, boolean, uuid, bigint, timestamptz) is
    'Gives a turn back, until more is due; null: nothing is known to be. False if it had been given to another.';

-- A provider's webhook belongs to no tenant until this function has found one; it shows ids to the worker alone.
create or replace function app.find_provider_way(token_hash bytea)
    returns table (organization_id uuid, livemode boolean, credential_id uuid)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform app_private.require_unbound();
    return query select w.organization_id, w.livemode, w.credential_id
                   from app_private.provider_way w
                  where w.token_hash = find_provider_way.token_hash;
end
$$;
comment on function app.find_provider_way(bytea) is
    'The credential whose webhooks come in at an address, by the SHA-256 of its last part; no row if it is not open.';

-- A stranger who opens a payment link belongs to no tenant either.
create or replace function app.find_payment_link(token_hash bytea)
    returns table (organization_id uuid, livemode boolean, link_id uuid)
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform app_private.require_unbound();
    return query select w.organization_id, w.livemode, w.link_id
                   from app_private.link_way w
                  where w.token_hash = find_payment_link.token_hash;
end
$$;
comment on function app.find_payment_link(bytea) is
    'The tenant, the mode and the id of a payment link, by the SHA-256 of its token; no row if there is no such link.';

-- Sign-in data belongs to no tenant, and so to no turn.
create or replace function app.forget_sign_ins(most integer) returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    nonces   integer;
    sessions integer;
begin
    delete from app.auth_nonce n
     where n.id in (select stale.id from app.auth_nonce stale
                     where stale.expires_at < now() order by stale.expires_at limit most for update skip locked);
    get diagnostics nonces = row_count;
    delete from app.auth_session s
     where s.id in (select stale.id from app.auth_session stale
                     where stale.expires_at < now() - interval '720 hours'
                     order by stale.expires_at limit most for update skip locked);
    get diagnostics sessions = row_count;
    return nonces + sessions;
end
$$;
comment on function app.forget_sign_ins(integer) is
    'Removes nonces that have expired, and sessions that did so 30 days ago, as many of each as asked for; how many.';

grant execute on function app.take_turns(text[], integer, interval),
    app.end_turn(text, uuid, boolean, uuid, bigint, timestamptz), app.forget_sign_ins(integer),
    app.find_provider_way(bytea), app.find_payment_link(bytea) to hedgerow_worker;
grant execute on function app_private.ring_at_expiry(), app_private.ring_for_invitation(), app_private.ring_for_row(),
    app_private.ring_for_tenant() to hedgerow_owner;

set local role hedgerow_owner;
create or replace trigger wake after insert on app.payment_order
    for each row when (new.expires_at is not null) execute function app_private.ring_at_expiry();
create or replace trigger wake_to_execute after update of status on app.payment_order
    for each row when (new.status = 'requires_execution') execute function app_private.ring_for_row('execute');
create or replace trigger wake after insert on app.refund
    for each row execute function app_private.ring_for_row('execute');
create or replace trigger wake after update of asked on app.provider_request
    for each row when (new.asked is not null) execute function app_private.ring_for_row('execute');
create or replace trigger wake after insert on app.deposit_request
    for each row execute function app_private.ring_for_row('receive');
create or replace trigger wake after update of asked on app.deposit
    for each row when (new.asked is not null and new.status = 'needs_review')
    execute function app_private.ring_for_row('receive');
create or replace trigger wake after insert on app.checkout
    for each row execute function app_private.ring_for_row('execute');
create or replace trigger wake after insert on app.provider_event
    for each row execute function app_private.ring_for_row('execute');
create or replace trigger wake after update of asked on app.chain_transaction
    for each row when (new.asked is not null) execute function app_private.ring_for_row('execute');
create or replace trigger wake after insert or update of expires_at on app.payment_link
    for each row when (new.expires_at is not null) execute function app_private.ring_at_expiry();
create or replace trigger wake after insert on app.approval
    for each row execute function app_private.ring_at_expiry();
create or replace trigger wake_mail after insert on app.approval
    for each row execute function app_private.ring_for_row('mail');
create or replace trigger wake after insert on app.mail
    for each row execute function app_private.ring_for_row('mail');
create or replace trigger wake after insert on app.invitation
    for each row execute function app_private.ring_for_invitation();
create or replace trigger wake_to_bill after update of status on app.subscription
    for each row when (new.status in ('trialing', 'active') and old.status in ('incomplete', 'paused'))
    execute function app_private.ring_for_row('bill');
create or replace trigger wake_to_bill after update of status on app.payment_order
    for each row when (new.subscription_period_id is not null and old.status <> new.status
                       and new.status in ('succeeded', 'canceled', 'failed', 'expired'))
    execute function app_private.ring_for_row('bill');
create or replace trigger wake_to_bill after update of now_at on app.test_clock
    for each row execute function app_private.ring_for_row('bill');
create or replace trigger wake after insert on app.organization
    for each row execute function app_private.ring_for_tenant();
create or replace trigger wake after insert on app.outbox_event
    for each row execute function app_private.ring_for_row('publish');
create or replace trigger wake_again after update of status on app.webhook_delivery
    for each row when (new.status = 'pending' and old.status <> 'pending')
    execute function app_private.ring_for_row('deliver');
create or replace trigger wake after insert on app.webhook_delivery
    for each row execute function app_private.ring_for_row('deliver');
drop function if exists app_private.ring();

revoke create on schema app, app_private from hedgerow_auth;
reset role;
--rollback drop trigger wake on app.payment_order;
--rollback drop trigger wake_to_execute on app.payment_order;
--rollback drop trigger wake on app.chain_transaction;
--rollback drop trigger wake on app.refund;
--rollback drop trigger wake on app.provider_request;
--rollback drop trigger wake on app.deposit_request;
--rollback drop trigger wake on app.deposit;
--rollback drop trigger wake on app.checkout;
--rollback drop trigger wake on app.provider_event;
--rollback drop trigger wake on app.payment_link;
--rollback drop trigger wake on app.approval;
--rollback drop trigger wake_mail on app.approval;
--rollback drop trigger wake on app.mail;
--rollback drop trigger wake on app.invitation;
--rollback drop trigger wake_to_bill on app.subscription;
--rollback drop trigger wake_to_bill on app.payment_order;
--rollback drop trigger wake_to_bill on app.test_clock;
--rollback drop trigger wake on app.organization;
--rollback drop trigger wake on app.outbox_event;
--rollback drop trigger wake on app.webhook_delivery;
--rollback drop trigger wake_again on app.webhook_delivery;
--rollback drop function app.find_provider_way(bytea), app.find_payment_link(bytea), app.forget_sign_ins(integer),
--rollback     app.end_turn(text, uuid, boolean, uuid, bigint, timestamptz),
--rollback     app.take_turns(text[], integer, interval), app_private.require_unbound(), app_private.ring_for_tenant(),
--rollback     app_private.ring_for_row(), app_private.ring_at_expiry(),
--rollback     app_private.ring_for_invitation();
