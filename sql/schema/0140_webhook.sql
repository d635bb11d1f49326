--liquibase formatted sql

--changeset hedgerow:0140-webhook splitStatements:false stripComments:false
--comment: What happened, for those who want to hear of it.
set local role hedgerow_owner;

create table app.webhook_endpoint (
    organization_id   uuid        not null references app.organization on delete restrict,
    livemode          boolean     not null,
    id                uuid        not null default app.uuidv7(),
    url               text        not null check (url ~ '^https://[^[:space:]@]+$' and length(url) <= 2000),
    description       text        check (length(description) <= 500),
    event_types       text[]      not null check (cardinality(event_types) between 1 and 100),
    secret_key_id     text        not null check (length(secret_key_id) between 1 and 100),
    secret_nonce      bytea       not null check (octet_length(secret_nonce) = 12),
    secret_ciphertext bytea       not null check (octet_length(secret_ciphertext) between 17 and 1024),
    status            text        not null default 'enabled' check (status in ('enabled', 'disabled')),
    created_by        text        not null check (length(created_by) <= 128),
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    version           integer     not null default 1,
    primary key (organization_id, livemode, id)
);
create index webhook_endpoint_page on app.webhook_endpoint (organization_id, livemode, created_at desc, id desc);
alter table app.webhook_endpoint enable row level security;
alter table app.webhook_endpoint force row level security;
create trigger touch before update on app.webhook_endpoint for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.webhook_endpoint for each row
    execute function app_private.audit('secret_nonce', 'secret_ciphertext');
comment on table app.webhook_endpoint is 'Where the tenant wants to hear of events.';
comment on column app.webhook_endpoint.secret_ciphertext is
    'Signs deliveries. Written by the application, read by the worker.';

create table app.outbox_event (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    type            text        not null check (type ~ '^[a-z_]+([.][a-z_]+)+$' and length(type) <= 100),
    subject_type    text        not null check (length(subject_type) <= 63),
    subject_id      uuid        not null,
    payload         jsonb       not null check (jsonb_typeof(payload) = 'object' and length(payload::text) <= 100000),
    published_at    timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id)
);
create index outbox_event_page on app.outbox_event (organization_id, livemode, created_at desc, id desc);
create index outbox_event_open on app.outbox_event (organization_id, livemode, id) where published_at is null;
alter table app.outbox_event enable row level security;
alter table app.outbox_event force row level security;
create trigger touch before update on app.outbox_event for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.outbox_event for each row
    execute function app_private.audit();
comment on table app.outbox_event is
    'What happened, written in the transaction in which it did, and published by the worker.';

create table app.webhook_delivery (
    organization_id     uuid        not null references app.organization on delete restrict,
    livemode            boolean     not null,
    id                  uuid        not null default app.uuidv7(),
    webhook_endpoint_id uuid        not null,
    outbox_event_id     uuid        not null,
    status              text        not null default 'pending'
                                    check (status in ('pending', 'delivered', 'failed', 'abandoned')),
    attempts            integer     not null default 0 check (attempts between 0 and 100),
    next_attempt_at     timestamptz not null default now(),
    response_status     integer     check (response_status between 100 and 599),
    last_error          text        check (length(last_error) <= 1000),
    delivered_at        timestamptz,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    version             integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, webhook_endpoint_id, outbox_event_id),
    foreign key (organization_id, livemode, webhook_endpoint_id) references app.webhook_endpoint on delete cascade,
    foreign key (organization_id, livemode, outbox_event_id) references app.outbox_event on delete cascade,
    check ((status = 'delivered') = (delivered_at is not null))
);
create index webhook_delivery_page on app.webhook_delivery (organization_id, livemode, created_at desc, id desc);
create index webhook_delivery_event on app.webhook_delivery (organization_id, livemode, outbox_event_id);
create index webhook_delivery_due on app.webhook_delivery (organization_id, livemode, next_attempt_at)
    where status in ('pending', 'failed');
alter table app.webhook_delivery enable row level security;
alter table app.webhook_delivery force row level security;
create trigger touch before update on app.webhook_delivery for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.webhook_delivery for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.webhook_delivery for each row
    execute function app_private.check_transition('status', ':pending', 'pending:delivered', 'pending:failed',
        'pending:abandoned', 'failed:delivered', 'failed:abandoned', 'failed:pending', 'abandoned:pending');
comment on table app.webhook_delivery is 'One event on its way to one endpoint. Claimed with FOR UPDATE SKIP LOCKED.';

reset role;
--rollback drop table app.webhook_delivery, app.outbox_event, app.webhook_endpoint;
