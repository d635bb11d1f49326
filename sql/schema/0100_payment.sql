--liquibase formatted sql

--changeset hedgerow:0100-payment splitStatements:false stripComments:false
--comment: Payment links, the orders they make, the attempts to execute an order, and refunds.
set local role hedgerow_owner;

create table app.payment_link (
    organization_id    uuid        not null references app.organization on delete restrict,
    livemode           boolean     not null,
    id                 uuid        not null default app.uuidv7(),
    token              text        not null check (token ~ '^[0-9A-Za-z_-]{16,64}$'),
    price_id           uuid        not null,
    quantity           integer     not null default 1 check (quantity between 1 and 1000000),
    executing_agent_id uuid,
    recipient_address  text        check (recipient_address ~ '^0x[0-9a-f]{40}$'),
    description        text        check (length(description) <= 1000),
    max_uses           integer     check (max_uses > 0),
    used               integer     not null default 0 check (used >= 0 and used <= max_uses),
    status             text        not null default 'active' check (status in ('active', 'disabled', 'expired')),
    expires_at         timestamptz,
    created_by         text        not null check (length(created_by) <= 128),
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    version            integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, token),
    foreign key (organization_id, livemode, price_id) references app.price on delete restrict,
    foreign key (organization_id, livemode, executing_agent_id) references app.agent on delete restrict,
    check (expires_at > created_at)
);
create index payment_link_page on app.payment_link (organization_id, livemode, created_at desc, id desc);
create index payment_link_price on app.payment_link (organization_id, livemode, price_id);
create index payment_link_agent on app.payment_link (organization_id, livemode, executing_agent_id);
alter table app.payment_link enable row level security;
alter table app.payment_link force row level security;
create trigger touch before update on app.payment_link for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.payment_link for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.payment_link for each row
    execute function app_private.check_transition('status', ':active', 'active:disabled', 'disabled:active',
                                                  'active:expired', 'disabled:expired');
comment on table app.payment_link is 'A page on which anyone pays a price; an agent may execute what it brings in.';
comment on column app.payment_link.token is 'Part of the public URL.';
comment on column app.payment_link.used is
    'Orders that it brought in, without those that came to nothing. Raised by a conditional UPDATE, which cannot pass '
    'max_uses.';

create table app.payment_order (
    organization_id    uuid          not null references app.organization on delete restrict,
    livemode           boolean       not null,
    id                 uuid          not null default app.uuidv7(),
    customer_id        uuid,
    payment_link_id    uuid,
    subscription_id    uuid,
    price_id           uuid,
    payment_method_id  uuid,
    executing_agent_id uuid,
    quantity           integer       not null default 1 check (quantity between 1 and 1000000),
    currency           text          check (currency ~ '^[A-Z]{3}$'),
    amount_minor       bigint        check (amount_minor > 0),
    asset              text          references app.asset on delete restrict,
    amount             numeric(78,0) check (amount > 0),
    refunded           numeric(78,0) not null default 0,
    recipient_address  text          check (recipient_address ~ '^0x[0-9a-f]{40}$'),
    description        text          check (length(description) <= 1000),
    metadata           jsonb         not null default '{}'
                                     check (jsonb_typeof(metadata) = 'object' and length(metadata::text) <= 20000),
    status             text          not null default 'requires_confirmation'
                                     check (status in ('requires_confirmation', 'requires_approval',
                                                       'requires_execution', 'processing', 'succeeded', 'failed',
                                                       'canceled', 'expired')),
    expires_at         timestamptz,
    succeeded_at       timestamptz,
    created_by         text          not null check (length(created_by) <= 128),
    created_at         timestamptz   not null default now(),
    updated_at         timestamptz   not null default now(),
    version            integer       not null default 1,
    primary key (organization_id, livemode, id),
    foreign key (organization_id, livemode, customer_id) references app.customer on delete restrict,
    foreign key (organization_id, livemode, payment_link_id) references app.payment_link on delete restrict,
    foreign key (organization_id, livemode, subscription_id) references app.subscription on delete restrict,
    foreign key (organization_id, livemode, price_id) references app.price on delete restrict,
    foreign key (organization_id, livemode, customer_id, payment_method_id)
        references app.customer_payment_method (organization_id, livemode, customer_id, id) on delete restrict,
    foreign key (organization_id, livemode, executing_agent_id) references app.agent on delete restrict,
    check (num_nonnulls(currency, asset) = 1),
    check ((amount_minor is not null) = (currency is not null)),
    check ((amount is not null) = (asset is not null)),
    check (payment_method_id is null or customer_id is not null),
    check (refunded between 0 and coalesce(amount_minor, amount)),
    check ((status = 'succeeded') = (succeeded_at is not null))
);
create index payment_order_page on app.payment_order (organization_id, livemode, created_at desc, id desc);
create index payment_order_status on app.payment_order (organization_id, livemode, status, created_at desc, id desc);
create index payment_order_customer
    on app.payment_order (organization_id, livemode, customer_id, created_at desc, id desc);
create index payment_order_link
    on app.payment_order (organization_id, livemode, payment_link_id, created_at desc, id desc);
create index payment_order_subscription
    on app.payment_order (organization_id, livemode, subscription_id, created_at desc, id desc);
create index payment_order_price on app.payment_order (organization_id, livemode, price_id);
create index payment_order_payment_method
    on app.payment_order (organization_id, livemode, customer_id, payment_method_id);
create index payment_order_agent on app.payment_order (organization_id, livemode, executing_agent_id, status);
alter table app.payment_order enable row level security;
alter table app.payment_order force row level security;
create trigger touch before update on app.payment_order for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.payment_order for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.payment_order for each row
    execute function app_private.check_transition('status', ':requires_confirmation',
        'requires_confirmation:requires_approval', 'requires_confirmation:requires_execution',
        'requires_confirmation:canceled', 'requires_confirmation:expired', 'requires_approval:requires_execution',
        'requires_approval:canceled', 'requires_approval:expired', 'requires_execution:processing',
        'requires_execution:canceled', 'requires_execution:expired', 'processing:succeeded', 'processing:failed',
        'processing:requires_execution');
comment on table app.payment_order is 'One payment that the tenant asks for or makes.';
comment on column app.payment_order.amount is 'Base units of the asset.';
comment on column app.payment_order.refunded is
    'Minor units of the currency or base units of the asset, refunds under way included.';

-- A link that is not open brings in no order, and an order of a link is for what the link says. The conditional UPDATE
-- takes the row of the link, so that two orders at once cannot both have its last use. As hedgerow_owner, inside the
-- fence: who makes orders may not write the count.
create function app_private.use_link() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    for_nothing constant text[] := array['failed', 'canceled', 'expired'];
begin
    if tg_op = 'INSERT' then
        update app.payment_link l
           set used = l.used + 1
         where l.organization_id = new.organization_id
           and l.livemode = new.livemode
           and l.id = new.payment_link_id
           and l.status = 'active'
           and (l.expires_at is null or l.expires_at > now())
           and (l.max_uses is null or l.used < l.max_uses)
           and (l.price_id, l.quantity) = (new.price_id, new.quantity);
        if not found then
            raise exception 'an order needs a link that is active, not expired, not used up, and for this'
                using errcode = '23514', table = 'payment_order', constraint = 'payment_order_link_open';
        end if;
    elsif new.status = any (for_nothing) and old.status <> all (for_nothing) then
        update app.payment_link l
           set used = l.used - 1
         where l.organization_id = new.organization_id and l.livemode = new.livemode and l.id = new.payment_link_id;
    end if;
    return null;
end
$$;
create trigger link after insert or update of status on app.payment_order
    for each row when (new.payment_link_id is not null)
    execute function app_private.use_link();

create table app.payment_attempt (
    organization_id  uuid        not null references app.organization on delete restrict,
    livemode         boolean     not null,
    id               uuid        not null default app.uuidv7(),
    payment_order_id uuid        not null,
    number           integer     not null check (number between 1 and 1000),
    provider         text        not null references app.provider on delete restrict,
    agent_id         uuid,
    wallet_id        uuid,
    transaction_hash text        check (transaction_hash ~ '^0x[0-9a-f]{64}$'),
    status           text        not null default 'pending'
                                 check (status in ('pending', 'submitted', 'succeeded', 'failed')),
    error_code       text        check (length(error_code) <= 100),
    error_message    text        check (length(error_message) <= 1000),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    version          integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, payment_order_id, number),
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict,
    foreign key (organization_id, livemode, agent_id) references app.agent on delete restrict,
    foreign key (organization_id, livemode, wallet_id) references app.wallet on delete restrict,
    check ((status = 'failed') = (error_code is not null))
);
create unique index payment_attempt_one on app.payment_attempt (organization_id, livemode, payment_order_id)
    where status <> 'failed';
create index payment_attempt_page on app.payment_attempt (organization_id, livemode, created_at desc, id desc);
create index payment_attempt_agent on app.payment_attempt (organization_id, livemode, agent_id);
create index payment_attempt_wallet on app.payment_attempt (organization_id, livemode, wallet_id);
alter table app.payment_attempt enable row level security;
alter table app.payment_attempt force row level security;
create trigger touch before update on app.payment_attempt for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.payment_attempt for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.payment_attempt for each row
    execute function app_private.check_transition('status', ':pending', 'pending:submitted', 'pending:failed',
                                                  'submitted:succeeded', 'submitted:failed');
comment on table app.payment_attempt is
    'One try to execute an order. The next only after the last failed, so that no order is paid twice.';

-- An agent tries only orders that were given to it, and pays from its own wallet. As hedgerow_owner, inside the fence.
create function app_private.check_attempt() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from app.payment_order o
          left join app.agent a on a.organization_id = o.organization_id and a.livemode = o.livemode
                               and a.id = o.executing_agent_id
         where o.organization_id = new.organization_id
           and o.livemode = new.livemode
           and o.id = new.payment_order_id
           and o.status = 'processing'
           and o.executing_agent_id is not distinct from new.agent_id
           and (a.id is null or a.agent_wallet_id = new.wallet_id)) then
        raise exception 'an attempt needs an order under way, by the agent and from the wallet that execute it'
            using errcode = '23514', table = 'payment_attempt', constraint = 'payment_attempt_of_its_agent';
    end if;
    return null;
end
$$;
create trigger attempt after insert on app.payment_attempt
    for each row execute function app_private.check_attempt();

create table app.refund (
    organization_id  uuid          not null references app.organization on delete restrict,
    livemode         boolean       not null,
    id               uuid          not null default app.uuidv7(),
    payment_order_id uuid          not null,
    currency         text          check (currency ~ '^[A-Z]{3}$'),
    amount_minor     bigint        check (amount_minor > 0),
    asset            text          references app.asset on delete restrict,
    amount           numeric(78,0) check (amount > 0),
    reason           text          not null
                                   check (reason in ('requested_by_customer', 'duplicate', 'fraudulent', 'other')),
    note             text          check (length(note) <= 1000),
    status           text          not null default 'requested'
                                   check (status in ('requested', 'processing', 'succeeded', 'failed', 'canceled')),
    created_by       text          not null check (length(created_by) <= 128),
    created_at       timestamptz   not null default now(),
    updated_at       timestamptz   not null default now(),
    version          integer       not null default 1,
    primary key (organization_id, livemode, id),
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict,
    check (num_nonnulls(currency, asset) = 1),
    check ((amount_minor is not null) = (currency is not null)),
    check ((amount is not null) = (asset is not null))
);
create index refund_page on app.refund (organization_id, livemode, created_at desc, id desc);
create index refund_order on app.refund (organization_id, livemode, payment_order_id);
alter table app.refund enable row level security;
alter table app.refund force row level security;
create trigger touch before update on app.refund for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.refund for each row execute function app_private.audit();
create trigger transitions before insert or update on app.refund for each row
    execute function app_private.check_transition('status', ':requested', 'requested:processing', 'requested:canceled',
                                                  'processing:succeeded', 'processing:failed');
create trigger reserved_as_is
    before update of payment_order_id, currency, amount_minor, asset, amount on app.refund for each row
    when ((old.payment_order_id, old.currency, old.amount_minor, old.asset, old.amount)
          is distinct from (new.payment_order_id, new.currency, new.amount_minor, new.asset, new.amount))
    execute function app_private.final('amount');
comment on table app.refund is 'Money that goes back. All refunds of an order together never exceed it.';

-- The conditional UPDATE takes the row of the order, so that two refunds at once cannot both find room. As
-- hedgerow_owner, inside the fence: who may ask for a refund may not write the sum itself.
create function app_private.reserve_refund() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    change numeric := case
        when tg_op = 'INSERT' then coalesce(new.amount_minor, new.amount)
        when new.status in ('failed', 'canceled') and old.status not in ('failed', 'canceled')
            then -coalesce(new.amount_minor, new.amount)
        else 0 end;
begin
    if change = 0 then
        return null;
    end if;
    update app.payment_order o
       set refunded = o.refunded + change
     where o.organization_id = new.organization_id
       and o.livemode = new.livemode
       and o.id = new.payment_order_id
       and o.status = 'succeeded'
       and (o.currency, o.asset) is not distinct from (new.currency, new.asset)
       and o.refunded + change <= coalesce(o.amount_minor, o.amount);
    if not found then
        raise exception 'a refund needs a succeeded order of the same currency or asset with that much left'
            using errcode = '23514', table = 'refund', constraint = 'refund_within_order';
    end if;
    return null;
end
$$;
create trigger reserve after insert or update of status on app.refund for each row
    execute function app_private.reserve_refund();

reset role;
--rollback drop table app.refund, app.payment_attempt, app.payment_order, app.payment_link;
--rollback drop function app_private.reserve_refund(), app_private.check_attempt(), app_private.use_link();
