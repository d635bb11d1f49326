--liquibase formatted sql

--changeset hedgerow:0255-checkout splitStatements:false stripComments:false
--comment: Sessions at providers in which strangers enter a card: each kept before it is opened, and followed.
set local role hedgerow_owner;

create table app.checkout (
    organization_id        uuid        not null references app.organization on delete restrict,
    livemode               boolean     not null,
    id                     uuid        not null default app.uuidv7(),
    payment_link_id        uuid        not null,
    provider               text        not null,
    provider_credential_id uuid        not null,
    currency               text        not null check (currency ~ '^[A-Z]{3}$'),
    amount_minor           bigint      not null check (amount_minor > 0),
    message                text        not null check (length(message) between 1 and 1000),
    address                text        not null check (length(address) between 1 and 2000),
    status                 text        not null default 'prepared'
                                       check (status in ('prepared', 'open', 'completed', 'expired', 'refused')),
    external_id            text        check (length(external_id) between 1 and 200),
    refusal                text        check (refusal in ('price_changed', 'link_closed')),
    payment_order_id       uuid,
    next_try_at            timestamptz          default now() + interval '20 seconds',
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    version                integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, provider, external_id),
    foreign key (organization_id, livemode, payment_link_id) references app.payment_link on delete restrict,
    foreign key (organization_id, livemode, provider_credential_id)
        references app.provider_credential on delete restrict,
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict,
    foreign key (provider, livemode) references app.provider_mode on delete restrict,
    constraint checkout_order_check check (payment_order_id = id),
    constraint checkout_completed_check check ((status = 'completed') = (payment_order_id is not null)),
    constraint checkout_session_check check ((status = 'prepared') = (external_id is null)),
    constraint checkout_ended_check check (status in ('prepared', 'open') or next_try_at is null),
    constraint checkout_refused_check check ((status = 'refused') = (refusal is not null))
);
create index checkout_link on app.checkout (organization_id, livemode, payment_link_id)
    where payment_link_id is not null;
create index checkout_credential on app.checkout (organization_id, livemode, provider_credential_id)
    where provider_credential_id is not null;
create index checkout_order on app.checkout (organization_id, livemode, payment_order_id)
    where payment_order_id is not null;
create index checkout_open on app.checkout (organization_id, livemode, provider, next_try_at)
    where next_try_at is not null;
alter table app.checkout enable row level security;
alter table app.checkout force row level security;
create trigger touch before update on app.checkout for each row
    when (old.status is distinct from new.status) execute function app_private.touch();
create trigger audit after insert or update or delete on app.checkout for each row
    execute function app_private.audit('address');
create trigger transitions before insert or update on app.checkout for each row
    execute function app_private.check_transition('status', ':prepared', 'prepared:open', 'open:completed',
                                                  'open:expired', 'open:refused');
create trigger one_purpose
    before update of payment_link_id, provider, provider_credential_id, currency, amount_minor, message, address,
                     external_id on app.checkout
    for each row when ((old.payment_link_id, old.provider, old.provider_credential_id, old.currency,
                        old.amount_minor, old.message, old.address, coalesce(old.external_id, new.external_id))
                       is distinct from
                       (new.payment_link_id, new.provider, new.provider_credential_id, new.currency,
                        new.amount_minor, new.message, new.address, new.external_id))
    execute function app_private.final('session');
comment on table app.checkout is
    'A session at a provider in which a stranger enters a card. It is kept before the provider is asked for it, and '
    'becomes one order at most, however the payer ends it.';
comment on column app.checkout.id is
    'Also of the order that it becomes, and the idempotency key under which the provider is asked for the session.';
comment on column app.checkout.message is 'What the payer reads at the provider: each try sends the same.';
comment on column app.checkout.address is 'Where the payer comes back to; it has the token of the link.';
comment on column app.checkout.status is
    'prepared: the session is not known, so nobody was sent there; open: the payer was; refused: a card was entered, '
    'and is not charged.';
comment on column app.checkout.next_try_at is 'When the worker looks at it next; null: it does not.';

-- As at 0209.
alter table app.checkout set (autovacuum_analyze_scale_factor = 0.01);

reset role;
--rollback drop table app.checkout;
