--liquibase formatted sql

--changeset hedgerow:0150-idempotency splitStatements:false stripComments:false
--comment: Requests that may be repeated without harm.
set local role hedgerow_owner;

create table app.idempotency_key (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    actor           text        not null check (length(actor) <= 128),
    key             text        not null check (length(key) between 1 and 255),
    method          text        not null check (method in ('POST', 'PATCH', 'PUT', 'DELETE')),
    path            text        not null check (length(path) <= 500),
    request_hash    bytea       not null check (octet_length(request_hash) = 32),
    response_status integer     check (response_status between 100 and 599),
    response_body   jsonb       check (length(response_body::text) <= 200000),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    expires_at      timestamptz not null default now() + interval '24 hours',
    primary key (organization_id, livemode, actor, key),
    check ((response_status is null) = (response_body is null)),
    check (expires_at > created_at)
);
create index idempotency_key_expiry on app.idempotency_key (organization_id, livemode, expires_at);
alter table app.idempotency_key enable row level security;
alter table app.idempotency_key force row level security;
create trigger touch before update on app.idempotency_key for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.idempotency_key for each row
    execute function app_private.audit('response_body');
comment on table app.idempotency_key is
    'The answer to a request that carried an Idempotency-Key, for the same actor only.';

reset role;
--rollback drop table app.idempotency_key;
