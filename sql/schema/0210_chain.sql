--liquibase formatted sql

--changeset hedgerow:0210-chain splitStatements:false stripComments:false
--comment: Payments on a chain: keys of wallets, nonces, signatures, and postings that cannot happen twice.
set local role hedgerow_owner;

create table app.wallet_key (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null,
    key_id          text        not null check (length(key_id) between 1 and 100),
    nonce           bytea       not null check (octet_length(nonce) = 12),
    ciphertext      bytea       not null check (octet_length(ciphertext) = 48),
    created_at      timestamptz not null default now(),
    primary key (organization_id, livemode, id),
    foreign key (organization_id, livemode, id) references app.wallet on delete restrict
);
alter table app.wallet_key enable row level security;
alter table app.wallet_key force row level security;
create trigger audit after insert or update or delete on app.wallet_key for each row
    execute function app_private.audit('nonce', 'ciphertext');
comment on table app.wallet_key is
    'The key of a server wallet, AES-256-GCM, bound to its row. The server makes it, the worker opens it; nobody '
    'replaces it.';
comment on column app.wallet_key.id is 'The wallet.';
comment on column app.wallet_key.key_id is 'Which key of the environment encrypts it.';

create table app.chain_transaction (
    organization_id    uuid          not null references app.organization on delete restrict,
    livemode           boolean       not null,
    id                 uuid          not null default app.uuidv7(),
    wallet_id          uuid          not null,
    nonce              bigint        not null check (nonce >= 0),
    payment_attempt_id uuid          not null,
    asset              text          not null,
    amount             numeric(78,0) not null check (amount > 0),
    recipient          text          not null check (recipient ~ '^0x[0-9a-f]{40}$'),
    gas_limit          bigint        not null check (gas_limit > 0),
    status             text          not null default 'reserved'
                                     check (status in ('reserved', 'signed', 'mined', 'needs_review', 'confirmed',
                                                       'reverted', 'void')),
    review_reason      text          check (review_reason in ('nonce_used_elsewhere', 'another_amount_moved')),
    asked              text          check (asked in ('cancel', 'paid', 'not_paid')),
    asked_by           text          check (length(asked_by) <= 128),
    transaction_hash   text          check (transaction_hash ~ '^0x[0-9a-f]{64}$'),
    block_number       bigint        check (block_number >= 0),
    block_hash         text          check (block_hash ~ '^0x[0-9a-f]{64}$'),
    fee                numeric(78,0) check (fee >= 0),
    created_at         timestamptz   not null default now(),
    updated_at         timestamptz   not null default now(),
    version            integer       not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, wallet_id, nonce),
    unique (organization_id, livemode, payment_attempt_id),
    foreign key (organization_id, livemode, wallet_id) references app.wallet on delete restrict,
    foreign key (organization_id, livemode, payment_attempt_id) references app.payment_attempt on delete restrict,
    foreign key (asset, livemode) references app.asset (code, livemode) on delete restrict,
    check (num_nonnulls(block_number, block_hash) in (0, 2)),
    check (status <> 'needs_review' or review_reason is not null),
    check (num_nonnulls(asked, asked_by) in (0, 2))
);
create index chain_transaction_page on app.chain_transaction (organization_id, livemode, created_at desc, id desc);
-- Policies name the states, but no wallet: a look-up by id cannot take it.
create index chain_transaction_open on app.chain_transaction (organization_id, livemode, wallet_id, nonce)
    where wallet_id is not null and status in ('reserved', 'signed', 'mined', 'needs_review');
alter table app.chain_transaction enable row level security;
alter table app.chain_transaction force row level security;
create trigger touch before update on app.chain_transaction for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.chain_transaction for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.chain_transaction for each row
    execute function app_private.check_transition('status', ':reserved', 'reserved:signed', 'signed:mined',
        'mined:signed', 'mined:confirmed', 'mined:reverted', 'mined:void', 'signed:needs_review',
        'mined:needs_review', 'needs_review:mined', 'needs_review:confirmed', 'needs_review:reverted',
        'needs_review:void');
create trigger one_purpose
    before update of wallet_id, nonce, payment_attempt_id, asset, amount, recipient on app.chain_transaction
    for each row when ((old.wallet_id, old.nonce, old.payment_attempt_id, old.asset, old.amount, old.recipient)
                       is distinct from
                       (new.wallet_id, new.nonce, new.payment_attempt_id, new.asset, new.amount, new.recipient))
    execute function app_private.final('nonce');
comment on table app.chain_transaction is
    'One nonce of a wallet, and the one payment that it is for. A chain mines one transaction for a nonce, so that an '
    'attempt pays at most once.';
comment on column app.chain_transaction.status is
    'confirmed: it paid; reverted: its nonce is used, and it did not pay; void: its nonce is used by something else. '
    'These are final.';
comment on column app.chain_transaction.asked is 'What a person asks the worker to do with it.';
comment on column app.chain_transaction.fee is 'Base units of the native asset of the chain.';

create table app.chain_signature (
    organization_id      uuid          not null references app.organization on delete restrict,
    livemode             boolean       not null,
    id                   uuid          not null default app.uuidv7(),
    chain_transaction_id uuid          not null,
    number               integer       not null check (number between 1 and 100),
    kind                 text          not null check (kind in ('pay', 'cancel')),
    transaction_hash     text          not null check (transaction_hash ~ '^0x[0-9a-f]{64}$'),
    raw                  bytea         not null check (octet_length(raw) <= 10000),
    max_fee              numeric(78,0) not null check (max_fee > 0),
    max_priority_fee     numeric(78,0) not null check (max_priority_fee >= 0),
    created_at           timestamptz   not null default now(),
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, chain_transaction_id, number),
    unique (organization_id, livemode, transaction_hash),
    foreign key (organization_id, livemode, chain_transaction_id) references app.chain_transaction on delete restrict
);
alter table app.chain_signature enable row level security;
alter table app.chain_signature force row level security;
create trigger append_only before update or delete on app.chain_signature for each row
    execute function app_private.append_only();
create trigger append_only_truncate before truncate on app.chain_signature for each statement
    execute function app_private.append_only();
create trigger audit after insert or update or delete on app.chain_signature for each row
    execute function app_private.audit('raw');
comment on table app.chain_signature is
    'Every version that was signed for a nonce, kept before anybody else sees it. Any of them may be mined.';
comment on column app.chain_signature.raw is 'A bearer cheque: whoever has it can have it paid.';

-- Why an order that may be executed is not, and when that is tried again. Noting it is no new version of the order.
alter table app.payment_order
    add column waiting_for text check (waiting_for ~ '^[a-z][a-z_]{0,62}$'),
    add column next_try_at timestamptz;
comment on column app.payment_order.waiting_for is 'Why the worker could not execute the order when it last tried.';
drop trigger touch on app.payment_order;
create trigger touch before update on app.payment_order for each row
    when (old.status <> new.status
          or (old.waiting_for, old.next_try_at) is not distinct from (new.waiting_for, new.next_try_at))
    execute function app_private.touch();
create index payment_order_execution on app.payment_order (organization_id, livemode, created_at)
    where status = 'requires_execution' and asset is not null;

-- A person may have a payment canceled whose nonce is used by the cancellation.
drop trigger transitions on app.payment_order;
create trigger transitions before insert or update on app.payment_order for each row
    execute function app_private.check_transition('status', ':requires_confirmation',
        'requires_confirmation:requires_approval', 'requires_confirmation:requires_execution',
        'requires_confirmation:canceled', 'requires_confirmation:expired', 'requires_approval:requires_execution',
        'requires_approval:canceled', 'requires_approval:expired', 'requires_execution:processing',
        'requires_execution:canceled', 'requires_execution:expired', 'processing:succeeded', 'processing:failed',
        'processing:canceled', 'processing:requires_execution');

-- What an attempt did is posted once, whatever crashes.
alter table app.ledger_entry
    add column payment_attempt_id uuid,
    add column posting            text check (posting in ('payment', 'fee')),
    add foreign key (organization_id, livemode, payment_attempt_id) references app.payment_attempt on delete restrict,
    add check (num_nonnulls(payment_attempt_id, posting) in (0, 2)),
    add constraint ledger_entry_posted_once unique (organization_id, livemode, payment_attempt_id, posting, account_id);
comment on column app.ledger_entry.posting is 'What of the attempt is posted: the payment, or its fee.';

-- As at 0209.
alter table app.wallet_key set (autovacuum_analyze_scale_factor = 0.01);
alter table app.chain_transaction set (autovacuum_analyze_scale_factor = 0.01);
alter table app.chain_signature set (autovacuum_analyze_scale_factor = 0.01,
                                     autovacuum_vacuum_insert_scale_factor = 0.01);

alter table app_private.wake drop constraint wake_kind_check;
alter table app_private.wake
    add constraint wake_kind_check check (kind in ('publish', 'deliver', 'expire', 'retain', 'execute'));
alter table app_private.turn drop constraint turn_kind_check;
alter table app_private.turn
    add constraint turn_kind_check check (kind in ('publish', 'deliver', 'expire', 'retain', 'execute'));

-- Orders that wait already, as at 0206.
alter table app.payment_order no force row level security;
alter table app_private.wake no force row level security;
insert into app_private.wake (kind, organization_id, livemode, due_at)
select distinct 'execute', o.organization_id, o.livemode, now()
  from app.payment_order o
 where o.status = 'requires_execution' and o.asset is not null;
alter table app_private.wake force row level security;
alter table app.payment_order force row level security;

reset role;
--rollback alter table app_private.turn drop constraint turn_kind_check;
--rollback delete from app_private.turn where kind = 'execute';
--rollback alter table app_private.turn
--rollback     add constraint turn_kind_check check (kind in ('publish', 'deliver', 'expire', 'retain'));
--rollback alter table app_private.wake drop constraint wake_kind_check;
--rollback delete from app_private.wake where kind = 'execute';
--rollback alter table app_private.wake
--rollback     add constraint wake_kind_check check (kind in ('publish', 'deliver', 'expire', 'retain'));
--rollback alter table app.ledger_entry drop column posting, drop column payment_attempt_id;
--rollback drop trigger transitions on app.payment_order;
--rollback create trigger transitions before insert or update on app.payment_order for each row
--rollback     execute function app_private.check_transition('status', ':requires_confirmation',
--rollback         'requires_confirmation:requires_approval', 'requires_confirmation:requires_execution',
--rollback         'requires_confirmation:canceled', 'requires_confirmation:expired',
--rollback         'requires_approval:requires_execution', 'requires_approval:canceled', 'requires_approval:expired',
--rollback         'requires_execution:processing', 'requires_execution:canceled', 'requires_execution:expired',
--rollback         'processing:succeeded', 'processing:failed', 'processing:requires_execution');
--rollback drop trigger touch on app.payment_order;
--rollback drop index app.payment_order_execution;
--rollback alter table app.payment_order drop column waiting_for, drop column next_try_at;
--rollback create trigger touch before update on app.payment_order for each row execute function app_private.touch();
--rollback drop table app.chain_signature, app.chain_transaction, app.wallet_key;
