--liquibase formatted sql

--changeset hedgerow:0090-subscription splitStatements:false stripComments:false
--comment: What customers pay for again and again.
set local role hedgerow_owner;

create table app.subscription (
    organization_id      uuid        not null references app.organization on delete restrict,
    livemode             boolean     not null,
    id                   uuid        not null default app.uuidv7(),
    customer_id          uuid        not null,
    price_id             uuid        not null,
    payment_method_id    uuid,
    quantity             integer     not null default 1 check (quantity between 1 and 1000000),
    status               text        not null default 'incomplete'
                                     check (status in ('incomplete', 'trialing', 'active', 'past_due', 'paused',
                                                       'canceled', 'expired')),
    trial_ends_at        timestamptz,
    period_started_at    timestamptz,
    period_ends_at       timestamptz,
    cancel_at_period_end boolean     not null default false,
    canceled_at          timestamptz,
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    version              integer     not null default 1,
    primary key (organization_id, livemode, id),
    foreign key (organization_id, livemode, customer_id) references app.customer on delete restrict,
    foreign key (organization_id, livemode, price_id) references app.price on delete restrict,
    foreign key (organization_id, livemode, customer_id, payment_method_id)
        references app.customer_payment_method (organization_id, livemode, customer_id, id) on delete restrict,
    check (num_nonnulls(period_started_at, period_ends_at) in (0, 2)),
    check (period_ends_at > period_started_at),
    check (status <> 'trialing' or trial_ends_at is not null),
    check ((status = 'canceled') = (canceled_at is not null))
);
create index subscription_page on app.subscription (organization_id, livemode, created_at desc, id desc);
create index subscription_customer
    on app.subscription (organization_id, livemode, customer_id, payment_method_id);
create index subscription_price on app.subscription (organization_id, livemode, price_id);
create index subscription_due on app.subscription (organization_id, livemode, period_ends_at)
    where status in ('trialing', 'active', 'past_due');
alter table app.subscription enable row level security;
alter table app.subscription force row level security;
create trigger touch before update on app.subscription for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.subscription for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.subscription for each row
    execute function app_private.check_transition('status', ':incomplete', 'incomplete:trialing', 'incomplete:active',
        'incomplete:canceled', 'incomplete:expired', 'trialing:active', 'trialing:past_due', 'trialing:paused',
        'trialing:canceled', 'active:past_due', 'active:paused', 'active:canceled', 'past_due:active',
        'past_due:canceled', 'paused:active', 'paused:canceled');
comment on table app.subscription is 'A customer pays a recurring price; each period makes a payment order.';

reset role;
--rollback drop table app.subscription;
