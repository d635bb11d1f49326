--liquibase formatted sql

--changeset hedgerow:0230-provider-request splitStatements:false stripComments:false
--comment: Charges and refunds by HTTP providers: each kept before it is sent, and posted once; webhooks of providers.
set local role hedgerow_owner;

create table app.provider_request (
    organization_id        uuid        not null references app.organization on delete restrict,
    livemode               boolean     not null,
    id                     uuid        not null default app.uuidv7(),
    kind                   text        not null check (kind in ('charge', 'refund')),
    payment_order_id       uuid        not null,
    payment_attempt_id     uuid,
    refund_id              uuid,
    provider               text        not null,
    provider_credential_id uuid        not null,
    idempotency_key        text        not null check (length(idempotency_key) between 1 and 100),
    instrument             text        not null check (length(instrument) between 1 and 500),
    currency               text        not null check (currency ~ '^[A-Z]{3}$'),
    amount_minor           bigint      not null check (amount_minor > 0),
    fee_minor              bigint      check (fee_minor >= 0),
    status                 text        not null default 'prepared'
                                       check (status in ('prepared', 'sent', 'unknown', 'pending', 'needs_review',
                                                         'succeeded', 'failed')),
    external_id            text        check (length(external_id) between 1 and 200),
    error_code             text        check (length(error_code) between 1 and 100),
    review_reason          text        check (review_reason in ('no_answer', 'another_amount_moved',
                                                                'credential_gone')),
    asked                  text        check (asked in ('paid', 'not_paid')),
    asked_by               text        check (length(asked_by) <= 128),
    tries                  integer     not null default 0 check (tries >= 0),
    first_sent_at          timestamptz,
    next_try_at            timestamptz          default now(),
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    version                integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, payment_attempt_id),
    unique (organization_id, livemode, refund_id),
    unique (organization_id, livemode, provider, idempotency_key),
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict,
    foreign key (organization_id, livemode, payment_attempt_id) references app.payment_attempt on delete restrict,
    foreign key (organization_id, livemode, refund_id) references app.refund on delete restrict,
    foreign key (organization_id, livemode, provider_credential_id)
        references app.provider_credential on delete restrict,
    foreign key (provider, livemode) references app.provider_mode on delete restrict,
    constraint provider_request_subject_check check ((kind = 'charge') = (payment_attempt_id is not null)
                                                     and (kind = 'refund') = (refund_id is not null)),
    constraint provider_request_review_check check (status <> 'needs_review' or review_reason is not null),
    constraint provider_request_decision_check check (num_nonnulls(asked, asked_by) in (0, 2)),
    constraint provider_request_error_check check (status <> 'failed' or error_code is not null),
    constraint provider_request_sent_check check (status <> 'sent' or first_sent_at is not null)
);
create index provider_request_page on app.provider_request (organization_id, livemode, created_at desc, id desc);
create index provider_request_order on app.provider_request (organization_id, livemode, payment_order_id)
    where payment_order_id is not null;
create index provider_request_credential on app.provider_request (organization_id, livemode, provider_credential_id)
    where provider_credential_id is not null;
create index provider_request_open on app.provider_request (organization_id, livemode, provider, next_try_at)
    where next_try_at is not null;
alter table app.provider_request enable row level security;
alter table app.provider_request force row level security;
create trigger touch before update on app.provider_request for each row
    when ((old.status, old.asked, old.external_id) is distinct from (new.status, new.asked, new.external_id))
    execute function app_private.touch();
create trigger audit after insert or update or delete on app.provider_request for each row
    execute function app_private.audit('instrument');
create trigger transitions before insert or update on app.provider_request for each row
    execute function app_private.check_transition('status', ':prepared', 'prepared:sent', 'prepared:needs_review',
        'prepared:failed', 'sent:unknown', 'sent:pending', 'sent:needs_review', 'sent:succeeded', 'sent:failed',
        'unknown:sent', 'unknown:pending', 'unknown:needs_review', 'unknown:succeeded', 'unknown:failed',
        'pending:unknown', 'pending:needs_review', 'pending:succeeded', 'pending:failed', 'needs_review:succeeded',
        'needs_review:failed', 'succeeded:failed');
create trigger one_purpose
    before update of kind, payment_order_id, payment_attempt_id, refund_id, provider, provider_credential_id,
                     idempotency_key, instrument, currency, amount_minor on app.provider_request
    for each row when ((old.kind, old.payment_order_id, old.payment_attempt_id, old.refund_id, old.provider,
                        old.provider_credential_id, old.idempotency_key, old.instrument, old.currency,
                        old.amount_minor)
                       is distinct from
                       (new.kind, new.payment_order_id, new.payment_attempt_id, new.refund_id, new.provider,
                        new.provider_credential_id, new.idempotency_key, new.instrument, new.currency,
                        new.amount_minor))
    execute function app_private.final('request');
comment on table app.provider_request is
    'One charge or refund that an HTTP provider is asked for, kept before it is sent. It has one idempotency key for '
    'ever; an outcome that is not known is looked up at the provider, never guessed.';
comment on column app.provider_request.idempotency_key is
    'Made of the order and the number of its attempt, or of the refund: the same after a restore from a backup.';
comment on column app.provider_request.instrument is
    'What is charged: the token of the payment method. Of a refund: the charge that it gives back.';
comment on column app.provider_request.fee_minor is 'What the provider says that it kept; null: it did not say.';
comment on column app.provider_request.status is
    'prepared: kept, and not sent; unknown: sent, and nobody knows; pending: the provider has not decided.';
comment on column app.provider_request.next_try_at is 'When the worker looks at it next; null: it does not.';
comment on column app.provider_request.asked is 'What a person decided about a request that needs a review.';

-- An attempt of which nobody knows whether it paid.
alter table app.payment_attempt
    drop constraint payment_attempt_status_check,
    add constraint payment_attempt_status_check
        check (status in ('pending', 'submitted', 'unknown', 'succeeded', 'failed'));
drop trigger transitions on app.payment_attempt;
create trigger transitions before insert or update on app.payment_attempt for each row
    execute function app_private.check_transition('status', ':pending', 'pending:submitted', 'pending:failed',
        'pending:unknown', 'submitted:unknown', 'submitted:succeeded', 'submitted:failed', 'unknown:submitted',
        'unknown:succeeded', 'unknown:failed');

-- A refund may fail after the provider had said that it succeeded, and before it is tried at all.
alter table app.refund add column failure_code text check (length(failure_code) between 1 and 100);
comment on column app.refund.failure_code is 'Why it failed, in the provider''s word; null: it did not.';
drop trigger transitions on app.refund;
create trigger transitions before insert or update on app.refund for each row
    execute function app_private.check_transition('status', ':requested', 'requested:processing', 'requested:canceled',
                                                  'processing:succeeded', 'processing:failed', 'succeeded:failed');
create index refund_open on app.refund (organization_id, livemode, created_at)
    where status = 'requested' and created_at is not null;

create function app_private.check_refundable() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'a payment on a chain has left for its recipient; only the recipient can return it'
        using errcode = '23514', table = 'refund', constraint = 'refund_of_provider';
end
$$;
comment on function app_private.check_refundable() is 'Refuses a refund that no provider can carry out.';
-- After the policies, which refuse another tenant's row first.
create trigger refundable after insert on app.refund
    for each row when (new.asset is not null) execute function app_private.check_refundable();

alter table app.ledger_entry
    drop constraint ledger_entry_posting_check,
    drop constraint ledger_entry_check,
    add constraint ledger_entry_posting_check check (posting in ('payment', 'fee', 'refund', 'refund_reversal')),
    add constraint ledger_entry_subject_check
        check (posting is null and payment_attempt_id is null
               or posting in ('payment', 'fee') and payment_attempt_id is not null
               or posting in ('refund', 'refund_reversal') and payment_attempt_id is null and refund_id is not null);
create unique index ledger_entry_refunded_once
    on app.ledger_entry (organization_id, livemode, refund_id, posting, account_id)
    where refund_id is not null and posting is not null;
comment on column app.ledger_entry.posting is
    'What is posted: of an attempt the payment or its fee, of a refund the refund or its reversal.';

-- Where the webhooks of a provider come in, and the secret that signs them.
alter table app.provider_credential
    add column webhook_token_hash bytea check (octet_length(webhook_token_hash) = 32),
    add column webhook_key_id     text  check (length(webhook_key_id) between 1 and 100),
    add column webhook_nonce      bytea check (octet_length(webhook_nonce) = 12),
    add column webhook_ciphertext bytea check (octet_length(webhook_ciphertext) between 17 and 1024),
    add constraint provider_credential_webhook_check
        check (num_nonnulls(webhook_key_id, webhook_nonce, webhook_ciphertext) in (0, 3));
drop trigger audit on app.provider_credential;
create trigger audit after insert or update or delete on app.provider_credential for each row
    execute function app_private.audit('nonce', 'ciphertext', 'webhook_token_hash', 'webhook_nonce',
                                       'webhook_ciphertext');
comment on column app.provider_credential.webhook_token_hash is
    'The SHA-256 of the last part of the address to which the provider sends webhooks; null: it sends none.';
comment on column app.provider_credential.webhook_ciphertext is
    'The secret that signs webhooks of the provider. Written by the application, read by the worker.';

create table app_private.provider_way (
    token_hash      bytea   primary key check (octet_length(token_hash) = 32),
    organization_id uuid    not null,
    livemode        boolean not null,
    credential_id   uuid    not null,
    unique (organization_id, livemode, credential_id)
);
alter table app_private.provider_way enable row level security;
alter table app_private.provider_way force row level security;
comment on table app_private.provider_way is
    'Whose webhooks come in at which address, by the SHA-256 of its last part. Read by app.find_provider_way().';

-- Orders that a customer pays through an HTTP provider.
create index payment_order_charge on app.payment_order (organization_id, livemode, created_at)
    where status = 'requires_execution' and customer_id is not null and currency is not null;

insert into app.provider_currency (provider, currency, fee_basis_points, fee_fixed_minor, minimum_minor, maximum_minor)
values ('sandbox', 'EUR', 100, 10, 1, 99999999), ('sandbox', 'GBP', 100, 10, 1, 99999999),
       ('sandbox', 'USD', 100, 10, 1, 99999999)
    on conflict do nothing;

-- As at 0209.
alter table app.provider_request set (autovacuum_analyze_scale_factor = 0.01);

-- Orders and refunds that wait already, as at 0206.
alter table app.payment_order no force row level security;
alter table app.refund no force row level security;
alter table app_private.wake no force row level security;
insert into app_private.wake (kind, organization_id, livemode, due_at)
select 'execute', waiting.organization_id, waiting.livemode, now()
  from (select o.organization_id, o.livemode
          from app.payment_order o
         where o.status = 'requires_execution' and o.customer_id is not null and o.currency is not null
         union
        select r.organization_id, r.livemode from app.refund r where r.status = 'requested') waiting;
alter table app_private.wake force row level security;
alter table app.refund force row level security;
alter table app.payment_order force row level security;

reset role;
--rollback drop index app.payment_order_charge;
--rollback drop table app_private.provider_way;
--rollback drop trigger audit on app.provider_credential;
--rollback alter table app.provider_credential drop constraint provider_credential_webhook_check,
--rollback     drop column webhook_ciphertext, drop column webhook_nonce, drop column webhook_key_id,
--rollback     drop column webhook_token_hash;
--rollback create trigger audit after insert or update or delete on app.provider_credential for each row
--rollback     execute function app_private.audit('nonce', 'ciphertext');
--rollback drop index app.ledger_entry_refunded_once;
--rollback alter table app.ledger_entry drop constraint ledger_entry_subject_check,
--rollback     drop constraint ledger_entry_posting_check,
--rollback     add constraint ledger_entry_posting_check check (posting in ('payment', 'fee')),
--rollback     add constraint ledger_entry_check check (num_nonnulls(payment_attempt_id, posting) in (0, 2));
--rollback drop trigger refundable on app.refund;
--rollback drop function app_private.check_refundable();
--rollback drop index app.refund_open;
--rollback drop trigger transitions on app.refund;
--rollback create trigger transitions before insert or update on app.refund for each row
--rollback     execute function app_private.check_transition('status', ':requested', 'requested:processing',
--rollback         'requested:canceled', 'processing:succeeded', 'processing:failed');
--rollback alter table app.refund drop column failure_code;
--rollback drop trigger transitions on app.payment_attempt;
--rollback create trigger transitions before insert or update on app.payment_attempt for each row
--rollback     execute function app_private.check_transition('status', ':pending', 'pending:submitted',
--rollback         'pending:failed', 'submitted:succeeded', 'submitted:failed');
--rollback alter table app.payment_attempt drop constraint payment_attempt_status_check,
--rollback     add constraint payment_attempt_status_check
--rollback         check (status in ('pending', 'submitted', 'succeeded', 'failed'));
--rollback drop table app.provider_request;
--rollback delete from app.provider_currency where provider = 'sandbox';
