--liquibase formatted sql

--changeset hedgerow:payment runOnChange:true splitStatements:false stripComments:false
--comment: The controls of a payment, asked where it moves, whoever moves it. All read as the owner, inside the fence.
set local role hedgerow_owner;

-- The detail is read by the API: why, what was asked for, and what is allowed. Numbers and codes, nothing of a row.
drop function if exists app_private.refuse_payment(text, text);
create or replace function app_private.refuse_payment(rule text, reason text, refusal jsonb default null) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using message = reason, detail = coalesce(refusal::text, ''), errcode = '23514',
        table = 'payment_order', constraint = rule;
end
$$;

-- Locks agent and wallet: a pause or a freeze takes effect either before this payment moves or after it has
-- moved.
create or replace function app_private.check_payer(paid app.payment_order) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    payer  app.agent;
    source app.wallet;
begin
    select * into payer
      from app.agent a
     where a.organization_id = paid.organization_id and a.livemode = paid.livemode and a.id = paid.executing_agent_id
       for share;
    if (payer.status = 'active' and 'execute_payment' = any (payer.capabilities)) is not true then
        perform app_private.refuse_payment('payment_order_of_able_agent',
                                           'the agent is not active, or lacks the capability execute_payment');
    end if;
    select * into source
      from app.wallet w
     where w.organization_id = paid.organization_id and w.livemode = paid.livemode and w.id = payer.agent_wallet_id
       for share;
    if source.status is distinct from 'active'
       or paid.asset is not null
          and source.chain is distinct from (select s.chain from app.asset s where s.code = paid.asset)
    then
        perform app_private.refuse_payment('payment_order_from_open_wallet',
                                           'the wallet of the agent is not active, or on another chain than the asset');
    end if;
    if payer.supported_chains <> '{}'
       and paid.asset is not null and source.chain = any (payer.supported_chains) is not true
    then
        perform app_private.refuse_payment('payment_order_on_supported_chain',
                                           'the agent does not support the chain of the asset');
    end if;
end
$$;
comment on function app_private.check_payer(app.payment_order) is
    'Refuses a payment whose agent or wallet may not pay it.';

-- What is left of a period that is over counts for nothing; a term has but one.
create or replace function app.limit_left(bound app.agent_limit) returns numeric
    language sql stable
    return greatest(bound.per_period
                    - case when case when bound.period = 'term' then true
                                     else bound.period_started_at
                                          >= date_trunc(bound.period, statement_timestamp(), 'UTC') end
                           then bound.spent else 0 end, 0);
comment on function app.limit_left(app.agent_limit) is 'How much more may be paid in the present period of a limit.';

create or replace function app.limit_refusal(bound app.agent_limit, paid app.payment_order) returns text
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select case
        when bound.starts_at > statement_timestamp() then 'not_begun'
        when bound.ends_at <= statement_timestamp() then 'ended'
        when bound.allowed_recipients <> '{}' and paid.recipient_address = any (bound.allowed_recipients) is not true
            then 'recipient'
        when bound.allowed_chains <> '{}'
             and not exists (select from app.asset s where s.code = paid.asset and s.chain = any (bound.allowed_chains))
            then 'chain'
        when coalesce(paid.amount_minor, paid.amount) > bound.per_payment then 'per_payment'
        when bound.ends_at is not null and coalesce(paid.amount_minor, paid.amount) > app.limit_left(bound)
            then 'per_period'
        end
$$;
comment on function app.limit_refusal(app.agent_limit, app.payment_order) is
    'Why a payment is not within a limit; null: it is. A limit without an end is asked for its rest as it is counted.';

-- The grant that it is within and that ends first; else the limit without an end; else the grant that it misses.
create or replace function app.agent_limit_for(paid app.payment_order) returns app.agent_limit
    language sql stable
begin atomic
    select l
      from app.agent_limit l
     where l.organization_id = paid.organization_id and l.livemode = paid.livemode
       and l.agent_id = paid.executing_agent_id and (l.currency = paid.currency or l.asset = paid.asset)
       and l.active
     order by app.limit_refusal(l, paid) is null desc, case when app.limit_refusal(l, paid) is null then l.ends_at end,
              l.ends_at is null desc, l.ends_at desc, l.id
     limit 1;
end;
comment on function app.agent_limit_for(app.payment_order) is 'The limit of its agent that a payment is held to.';
grant execute on function app.limit_left(app.agent_limit), app.limit_refusal(app.agent_limit, app.payment_order),
    app.agent_limit_for(app.payment_order) to hedgerow_app, hedgerow_worker;

-- Of payments that are counted at once, each waits for the one before, and then reads what that one left.
create or replace function app_private.limit_of(paid app.payment_order, counted boolean) returns app.agent_limit
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    bound   app.agent_limit;
    refusal text;
begin
    if counted then
        perform from app.agent_limit l
          where l.organization_id = paid.organization_id and l.livemode = paid.livemode
            and l.agent_id = paid.executing_agent_id and (l.currency = paid.currency or l.asset = paid.asset)
            and l.active
          order by l.id
            for no key update;
    end if;
    bound := app.agent_limit_for(paid);
    refusal := case when bound.id is null then 'no_limit' else app.limit_refusal(bound, paid) end;
    if refusal is not null then
        perform app_private.refuse_payment('payment_order_within_limit',
                                           'this payment is beyond the limits of its agent',
                                           app_private.refusal(refusal, bound, paid));
    end if;
    return bound;
end
$$;
comment on function app_private.limit_of(app.payment_order, boolean) is
    'The limit that a payment is within. Counted: locked, so that the sum of a period can be compared and raised.';

create or replace function app_private.refusal(reason text, bound app.agent_limit, paid app.payment_order) returns jsonb
    language sql stable
    return jsonb_strip_nulls(jsonb_build_object(
        'reason', reason,
        'agent_limit_id', bound.id,
        'unit', coalesce(paid.currency, paid.asset),
        'asked', coalesce(paid.amount_minor, paid.amount)::text,
        'allowed', case reason when 'per_payment' then bound.per_payment::text
                               when 'per_period' then app.limit_left(bound)::text
                               when 'approval' then bound.requires_approval_above::text end));
comment on function app_private.refusal(text, app.agent_limit, app.payment_order) is
    'The details of a refusal: the reason, and the number that was exceeded.';

-- A clock that goes back does not begin a period anew.
drop function if exists app_private.count_payment(app.agent_limit, numeric);
create or replace function app_private.count_payment(bound app.agent_limit, paid app.payment_order) returns timestamptz
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    amount    constant numeric     := coalesce(paid.amount_minor, paid.amount);
    present   constant timestamptz := case when bound.period = 'term' then bound.period_started_at
                                           else date_trunc(bound.period, clock_timestamp(), 'UTC') end;
    begun     constant timestamptz := greatest(bound.period_started_at, present);
    raised    constant numeric     := amount + case when begun = bound.period_started_at then bound.spent else 0 end;
begin
    if raised > bound.per_period then
        perform app_private.refuse_payment('payment_order_within_period',
                                           'this payment and those of the period are beyond the limit of its agent',
                                           app_private.refusal('per_period', bound, paid));
    end if;
    update app.agent_limit l
       set spent = raised, period_started_at = begun
     where l.organization_id = bound.organization_id and l.livemode = bound.livemode and l.id = bound.id;
    return begun;
end
$$;
comment on function app_private.count_payment(app.agent_limit, app.payment_order) is
    'Raises what is spent of a limit that is locked; returns the period in which it did.';

create or replace function app_private.check_payment(paid app.payment_order, asked boolean, executed boolean,
                                                     counted boolean) returns app.agent_limit
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    bound  app.agent_limit;
    moment constant timestamptz := clock_timestamp();
begin
    if not exists (select from app.organization o where o.id = paid.organization_id and o.status = 'active') then
        perform app_private.refuse_payment('payment_order_of_active_tenant', 'the organization is not active');
    end if;
    if paid.expires_at <= moment then
        perform app_private.refuse_payment('payment_order_in_time', 'the order has expired');
    end if;
    if exists (select from app.customer_payment_method m
                where m.organization_id = paid.organization_id and m.livemode = paid.livemode
                  and m.customer_id = paid.customer_id and m.id = paid.payment_method_id and m.status <> 'active') then
        perform app_private.refuse_payment('payment_order_by_open_method', 'the payment method is no longer active');
    end if;
    if paid.executing_agent_id is not null then
        perform app_private.check_payer(paid);
        bound := app_private.limit_of(paid, counted);
    end if;
    if (asked or coalesce(paid.amount_minor, paid.amount) > bound.requires_approval_above
        or executed and exists (select from app.approval a
                                 where a.organization_id = paid.organization_id and a.livemode = paid.livemode
                                   and a.payment_order_id = paid.id))
       and not exists (select from app.approval a
                        where a.organization_id = paid.organization_id and a.livemode = paid.livemode
                          and a.payment_order_id = paid.id
                          and a.agent_id is not distinct from paid.executing_agent_id
                          and a.status = 'approved' and a.expires_at > moment) then
        perform app_private.refuse_payment('payment_order_approved', 'this payment has not been approved',
                                           app_private.refusal('approval', bound, paid));
    end if;
    return bound;
end
$$;
comment on function app_private.check_payment(app.payment_order, boolean, boolean, boolean) is
    'Refuses a payment that no control lets through. asked: it waits for an approval; executed: whoever asked for an '
    'approval gets one first; counted: its limit is locked.';

create or replace function app_private.check_execution() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    begins constant boolean := new.status = 'processing' and old.status <> 'processing';
    bound  app.agent_limit;
begin
    if new.status = 'requires_approval' then
        if new.executing_agent_id is not null then
            perform app_private.limit_of(new, false);  -- what no limit allows, nobody need be asked about
        end if;
        return new;
    end if;
    bound := app_private.check_payment(new, old.status = 'requires_approval', new.status = 'processing', begins);
    if begins and bound.id is not null then
        new.limit_period := app_private.count_payment(bound, new);
        new.counted_by := bound.id;
    end if;
    return new;
end
$$;
comment on function app_private.check_execution() is 'Asks every control of a payment, and counts it as it begins.';

create or replace function app_private.give_back() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update app.agent_limit l
       set spent = l.spent - coalesce(old.amount_minor, old.amount)
     where l.organization_id = old.organization_id and l.livemode = old.livemode
       and l.id = old.counted_by and l.active and l.period_started_at = old.limit_period;
    new.limit_period := null;
    new.counted_by := null;
    return new;
end
$$;
comment on function app_private.give_back() is
    'A payment that came to nothing no longer counts, if its period is still the same.';

create or replace function app_private.check_outcome() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from app.payment_attempt a
                    where a.organization_id = new.organization_id and a.livemode = new.livemode
                      and a.payment_order_id = new.id and a.status = 'succeeded') then
        perform app_private.refuse_payment('payment_order_paid', 'no attempt has paid this order');
    end if;
    return new;
end
$$;
comment on function app_private.check_outcome() is 'Refuses to call an order paid that no attempt has paid.';

-- An agent attempts only orders that were assigned to it, and pays from its own wallet.
create or replace function app_private.check_attempt() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    paid app.payment_order;
begin
    select o.* into paid
      from app.payment_order o
      left join app.agent a on a.organization_id = o.organization_id and a.livemode = o.livemode
                           and a.id = o.executing_agent_id
     where o.organization_id = new.organization_id
       and o.livemode = new.livemode
       and o.id = new.payment_order_id
       and o.status = 'processing'
       and o.executing_agent_id is not distinct from new.agent_id
       and (a.id is null or a.agent_wallet_id = new.wallet_id);
    if not found then
        raise exception 'an attempt needs an order under way, by the agent and from the wallet that execute it'
            using errcode = '23514', table = 'payment_attempt', constraint = 'payment_attempt_of_its_agent';
    end if;
    perform app_private.check_payment(paid, false, true, false);
    if exists (select from app.agent a
                where a.organization_id = new.organization_id and a.livemode = new.livemode and a.id = new.agent_id
                  and a.supported_providers <> '{}' and new.provider <> all (a.supported_providers)) then
        perform app_private.refuse_payment('payment_order_by_supported_provider',
                                           'the agent does not support this provider');
    end if;
    return null;
end
$$;

-- An agent makes orders if it may, and for itself, which its policy holds.
create or replace function app_private.check_maker() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from app.agent a
                    where a.organization_id = new.organization_id and a.livemode = new.livemode
                      and a.id = new.executing_agent_id and 'create_order' = any (a.capabilities)) then
        raise exception 'the agent lacks the capability create_order'
            using errcode = '42501', table = 'payment_order', constraint = 'payment_order_by_able_maker';
    end if;
    return new;
end
$$;
comment on function app_private.check_maker() is 'Refuses the order of an agent that may make none.';
create or replace trigger maker before insert on app.payment_order
    for each row when (new.created_by like 'agent:%')
    execute function app_private.check_maker();

-- The worker writes two lines for each payment. It is not asked, and so runs no query.
create or replace function app_private.check_agent_log() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if app.role() = 'agent' then
        if not exists (select from app.payment_order o
                        where o.organization_id = new.organization_id
                          and o.livemode = new.livemode
                          and o.id = new.payment_order_id
                          and o.executing_agent_id = new.agent_id) then
            raise exception 'this agent executes no such order'
                using errcode = '23503', table = 'agent_log', constraint = 'agent_log_order';
        end if;
    end if;
    return new;
end
$$;

-- What was signed stays payable until its nonce is used: an attempt ends as its nonce did.
create or replace function app_private.check_attempt_end() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from app.chain_transaction c
                where c.organization_id = new.organization_id and c.livemode = new.livemode
                  and c.payment_attempt_id = new.id
                  and (new.status = 'failed' and c.status not in ('reverted', 'void')
                       or new.status = 'succeeded' and c.status <> 'confirmed')) then
        raise exception 'the nonce of this attempt has not ended so'
            using errcode = '23514', table = 'payment_attempt', constraint = 'payment_attempt_nonce_ended';
    end if;
    if exists (select from app.provider_request r
                where r.organization_id = new.organization_id and r.livemode = new.livemode
                  and r.payment_attempt_id = new.id and r.status <> new.status) then
        raise exception 'the request of this attempt has not ended so'
            using errcode = '23514', table = 'payment_attempt', constraint = 'payment_attempt_request_ended';
    end if;
    return new;
end
$$;
comment on function app_private.check_attempt_end() is
    'Refuses to end an attempt otherwise than the nonce that was reserved for it, or the request that was kept for it.';
create or replace trigger attempt_end before update of status on app.payment_attempt
    for each row when (new.status in ('failed', 'succeeded') and old.status <> new.status)
    execute function app_private.check_attempt_end();

create or replace function app_private.check_refund_end() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from app.provider_request r
                where r.organization_id = new.organization_id and r.livemode = new.livemode
                  and r.refund_id = new.id and r.status <> new.status) then
        raise exception 'the request of this refund has not ended so'
            using errcode = '23514', table = 'refund', constraint = 'refund_request_ended';
    end if;
    return new;
end
$$;
comment on function app_private.check_refund_end() is
    'Refuses to end a refund otherwise than the request that was kept for it.';
create or replace trigger refund_end before update of status on app.refund
    for each row when (new.status in ('failed', 'succeeded') and old.status <> new.status)
    execute function app_private.check_refund_end();

-- What may have moved money is not given up because nobody answered.
create or replace function app_private.check_request_end() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if old.status = 'unknown' and new.status = 'failed' and new.external_id is null
       or old.status = 'needs_review'
          and new.asked is distinct from (case new.status when 'succeeded' then 'paid' else 'not_paid' end)
       or old.status = 'succeeded' and new.kind <> 'refund'
       or old.status = 'prepared' and new.status = 'failed' and new.tries > 0
    then
        raise exception 'only the provider or a person ends a request whose outcome is not known'
            using errcode = '23514', table = 'provider_request', constraint = 'provider_request_ended_by_provider';
    end if;
    return new;
end
$$;
comment on function app_private.check_request_end() is
    'Refuses to call a request failed, or paid, that neither its provider nor a person has ended so.';
create or replace trigger request_end before update of status on app.provider_request
    for each row when (new.status in ('failed', 'succeeded') and old.status <> new.status)
    execute function app_private.check_request_end();

-- The amount tells which order a transfer pays: only what was asked for settles an order, and only in its time.
create or replace function app_private.check_deposit() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from app.deposit_request r
                    where r.organization_id = new.organization_id and r.livemode = new.livemode
                      and r.payment_order_id = new.payment_order_id and r.status in ('open', 'held')
                      and r.asset = new.asset and r.recipient = new.recipient and r.amount = new.amount
                      and new.block_number > r.from_block and new.block_time <= r.expires_at) then
        raise exception 'nobody was asked for this deposit for that order'
            using errcode = '23514', table = 'deposit', constraint = 'deposit_as_requested';
    end if;
    return new;
end
$$;
comment on function app_private.check_deposit() is
    'Refuses to settle an order by a deposit of another asset, amount, address or time than it asked for.';
create or replace trigger settles before update of status on app.deposit
    for each row when (new.status = 'settled' and old.status = 'received')
    execute function app_private.check_deposit();

-- A person decides which order another deposit pays, or that it pays none. The worker may take a decision back, but
-- neither make nor change one.
create or replace function app_private.check_decision() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status <> 'needs_review'
       and (old.asked is distinct from case new.status when 'settled' then 'paid' else new.status end
            or (old.asked, old.asked_by, old.asked_order_id, old.note)
               is distinct from (new.asked, new.asked_by, new.asked_order_id, new.note)
            or new.status = 'settled' and new.payment_order_id is distinct from old.asked_order_id)
    then
        raise exception 'only a person decides about this deposit'
            using errcode = '23514', table = 'deposit', constraint = 'deposit_decided_by_person';
    end if;
    if exists (select from app.payment_order o
                where o.organization_id = new.organization_id and o.livemode = new.livemode
                  and o.id = new.asked_order_id
                  and (o.asset = new.asset and o.amount = new.amount and o.executing_agent_id is null
                       and coalesce(o.recipient_address, new.recipient) = new.recipient
                       and (new.status <> 'needs_review'
                            or o.status in ('requires_confirmation', 'requires_execution'))) is not true)
    then
        raise exception 'this deposit does not pay that order'
            using errcode = '23514', table = 'deposit', constraint = 'deposit_fits_order';
    end if;
    return new;
end
$$;
comment on function app_private.check_decision() is
    'Refuses to end a review otherwise than a person decided, and a decision for an order of another asset, amount or '
    'address, or one that is closed.';
create or replace trigger decision before update of status, asked, asked_order_id on app.deposit
    for each row when (old.status = 'needs_review' and (new.asked is not null or new.status <> 'needs_review'))
    execute function app_private.check_decision();

-- Otherwise than at 0100, the order of a request is made while its link is open, and takes a use of it only once it
-- is paid.
create or replace function app_private.use_link() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    for_nothing constant text[] := array['failed', 'canceled', 'expired'];
    requested   constant boolean := exists (select from app.deposit_request r
                                             where r.organization_id = new.organization_id
                                               and r.livemode = new.livemode and r.payment_order_id = new.id
                                               and r.takes_use);
    made        constant boolean := tg_op = 'INSERT';
    taken       constant integer := case when made and requested then 0 else 1 end;
begin
    if made or requested and new.status = 'succeeded' and old.status <> 'succeeded' then
        update app.payment_link l
           set used = l.used + taken
         where l.organization_id = new.organization_id
           and l.livemode = new.livemode
           and l.id = new.payment_link_id
           and (l.max_uses is null or l.used < l.max_uses)
           and (not made
                or l.status = 'active'
                   and (l.expires_at is null or l.expires_at > now())
                   and (l.price_id, l.quantity) = (new.price_id, new.quantity));
        if not found then
            raise exception 'an order needs a link that is active, not expired, not used up, and for this'
                using errcode = '23514', table = 'payment_order', constraint = 'payment_order_link_open';
        end if;
    elsif not requested and new.status = any (for_nothing) and old.status <> all (for_nothing) then
        update app.payment_link l
           set used = l.used - 1
         where l.organization_id = new.organization_id and l.livemode = new.livemode and l.id = new.payment_link_id;
    end if;
    return null;
end
$$;
comment on function app_private.use_link() is
    'Refuses an order of a link that is not open, and counts what a link brings in.';

-- An order that is put back to wait for another try is checked when that try begins.
create or replace trigger execution before update of status, executing_agent_id on app.payment_order
    for each row when (new.status in ('requires_approval', 'requires_execution', 'processing')
                       and (old.status, old.executing_agent_id) is distinct from (new.status, new.executing_agent_id)
                       and not (old.status = 'processing' and new.status = 'requires_execution'))
    execute function app_private.check_execution();
create or replace trigger give_back before update of status on app.payment_order
    for each row when (old.limit_period is not null and old.status = 'processing'
                       and new.status in ('requires_execution', 'failed', 'canceled'))
    execute function app_private.give_back();
create or replace trigger outcome before update of status on app.payment_order
    for each row when (new.status = 'succeeded' and old.status <> 'succeeded')
    execute function app_private.check_outcome();

create or replace function app_private.note_outcome() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update app.subscription_period p
       set outcome = case when new.status in ('failed', 'expired') then 'failed' else 'paid' end
     where p.organization_id = new.organization_id and p.livemode = new.livemode
       and p.id = new.subscription_period_id;
    return null;
end
$$;
comment on function app_private.note_outcome() is
    'Notes at the period of an order that is over what billing has to answer. Nothing is owed for a canceled one.';
create or replace trigger note_outcome after update of status on app.payment_order
    for each row when (new.subscription_period_id is not null and old.status <> new.status
                       and new.status in ('succeeded', 'canceled', 'failed', 'expired'))
    execute function app_private.note_outcome();

reset role;
-- Until it is installed again, the rest of it refuses every payment.
--rollback drop trigger decision on app.deposit;
--rollback drop function app_private.check_decision();
--rollback drop trigger settles on app.deposit;
--rollback drop function app_private.check_deposit();
--rollback drop trigger note_outcome on app.payment_order;
--rollback drop function app_private.note_outcome();
--rollback drop trigger request_end on app.provider_request;
--rollback drop trigger refund_end on app.refund;
--rollback drop function app_private.check_request_end(), app_private.check_refund_end();
--rollback drop trigger maker on app.payment_order;
--rollback drop function app_private.check_maker();
--rollback drop trigger attempt_end on app.payment_attempt;
--rollback drop function app_private.check_attempt_end();
--rollback drop trigger outcome on app.payment_order;
--rollback drop trigger give_back on app.payment_order;
--rollback drop function app_private.check_outcome(), app_private.give_back(),
--rollback     app_private.check_payment(app.payment_order, boolean, boolean, boolean),
--rollback     app_private.count_payment(app.agent_limit, app.payment_order),
--rollback     app_private.limit_of(app.payment_order, boolean),
--rollback     app_private.refusal(text, app.agent_limit, app.payment_order), app.agent_limit_for(app.payment_order),
--rollback     app.limit_refusal(app.agent_limit, app.payment_order), app.limit_left(app.agent_limit),
--rollback     app_private.check_payer(app.payment_order), app_private.refuse_payment(text, text, jsonb);
