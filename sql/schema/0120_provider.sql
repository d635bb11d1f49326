--liquibase formatted sql

--changeset hedgerow:0120-provider splitStatements:false stripComments:false
--comment: A tenant's accounts with providers, and what the providers say.
set local role hedgerow_owner;

create table app.provider_credential (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    provider        text        not null references app.provider on delete restrict,
    label           text        not null check (length(label) between 1 and 100),
    key_id          text        not null check (length(key_id) between 1 and 100),
    nonce           bytea       not null check (octet_length(nonce) = 12),
    ciphertext      bytea       not null check (octet_length(ciphertext) between 17 and 16384),
    hint            text        not null check (length(hint) <= 20),
    status          text        not null default 'active' check (status in ('active', 'revoked')),
    created_by      text        not null check (length(created_by) <= 128),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id)
);
create index provider_credential_page on app.provider_credential (organization_id, livemode, created_at desc, id desc);
create index provider_credential_provider on app.provider_credential (organization_id, livemode, provider);
alter table app.provider_credential enable row level security;
alter table app.provider_credential force row level security;
create trigger touch before update on app.provider_credential for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.provider_credential for each row
    execute function app_private.audit('nonce', 'ciphertext');
create trigger transitions before insert or update on app.provider_credential for each row
    execute function app_private.check_transition('status', ':active', 'active:revoked');
comment on table app.provider_credential is
    'A secret of the tenant for a provider, AES-256-GCM. Written by the application, read by the worker.';
comment on column app.provider_credential.key_id is 'Which key of the environment encrypts it.';
comment on column app.provider_credential.hint is 'The last characters, by which people recognize it.';

create table app.provider_transaction (
    organization_id    uuid          not null references app.organization on delete restrict,
    livemode           boolean       not null,
    id                 uuid          not null default app.uuidv7(),
    provider           text          not null references app.provider on delete restrict,
    external_id        text          not null check (length(external_id) between 1 and 200),
    payment_order_id   uuid,
    payment_attempt_id uuid,
    refund_id          uuid,
    currency           text          check (currency ~ '^[A-Z]{3}$'),
    amount_minor       bigint        check (amount_minor > 0),
    asset              text          references app.asset on delete restrict,
    amount             numeric(78,0) check (amount > 0),
    transaction_hash   text          check (transaction_hash ~ '^0x[0-9a-f]{64}$'),
    block_number       bigint        check (block_number >= 0),
    status             text          not null default 'pending'
                                     check (status in ('pending', 'confirmed', 'failed', 'reversed')),
    raw                jsonb         not null default '{}'
                                     check (jsonb_typeof(raw) = 'object' and length(raw::text) <= 100000),
    created_at         timestamptz   not null default now(),
    updated_at         timestamptz   not null default now(),
    version            integer       not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, provider, external_id),
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict,
    foreign key (organization_id, livemode, payment_attempt_id) references app.payment_attempt on delete restrict,
    foreign key (organization_id, livemode, refund_id) references app.refund on delete restrict,
    check (num_nonnulls(currency, asset) = 1),
    check ((amount_minor is not null) = (currency is not null)),
    check ((amount is not null) = (asset is not null))
);
create index provider_transaction_page
    on app.provider_transaction (organization_id, livemode, created_at desc, id desc);
create index provider_transaction_order on app.provider_transaction (organization_id, livemode, payment_order_id);
create index provider_transaction_attempt on app.provider_transaction (organization_id, livemode, payment_attempt_id);
create index provider_transaction_refund on app.provider_transaction (organization_id, livemode, refund_id);
alter table app.provider_transaction enable row level security;
alter table app.provider_transaction force row level security;
create trigger touch before update on app.provider_transaction for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.provider_transaction for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.provider_transaction for each row
    execute function app_private.check_transition('status', ':pending', 'pending:confirmed', 'pending:failed',
                                                  'confirmed:reversed');
comment on table app.provider_transaction is 'What a provider or a chain did, in its own words.';

create table app.provider_event (
    organization_id    uuid        not null references app.organization on delete restrict,
    livemode           boolean     not null,
    id                 uuid        not null default app.uuidv7(),
    provider           text        not null references app.provider on delete restrict,
    external_id        text        not null check (length(external_id) between 1 and 200),
    type               text        not null check (length(type) between 1 and 100),
    payload            jsonb       not null
                                   check (jsonb_typeof(payload) = 'object' and length(payload::text) <= 100000),
    signature_verified boolean     not null,
    status             text        not null default 'received'
                                   check (status in ('received', 'processed', 'ignored', 'failed')),
    received_at        timestamptz not null default now(),
    processed_at       timestamptz,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    version            integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, provider, external_id)
);
create index provider_event_page on app.provider_event (organization_id, livemode, created_at desc, id desc);
create index provider_event_open on app.provider_event (organization_id, livemode, received_at)
    where status = 'received';
alter table app.provider_event enable row level security;
alter table app.provider_event force row level security;
create trigger touch before update on app.provider_event for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.provider_event for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.provider_event for each row
    execute function app_private.check_transition('status', ':received', 'received:processed', 'received:ignored',
                                                  'received:failed', 'failed:processed');
comment on table app.provider_event is 'A webhook that a provider sent. Each external id once.';

reset role;
--rollback drop table app.provider_event, app.provider_transaction, app.provider_credential;
