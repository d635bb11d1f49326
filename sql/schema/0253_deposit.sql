--liquibase formatted sql

--changeset hedgerow:0253-deposit splitStatements:false stripComments:false
--comment: Payments that strangers make to a wallet of the tenant: what was asked for, what arrived, how far was read.
set local role hedgerow_owner;

create table app.deposit_request (
    organization_id  uuid          not null references app.organization on delete restrict,
    livemode         boolean       not null,
    id               uuid          not null default app.uuidv7(),
    payment_order_id uuid          not null,
    asset            text          not null,
    recipient        text          not null check (recipient ~ '^0x[0-9a-f]{40}$'),
    amount           numeric(78,0) not null check (amount > 0),
    from_block       bigint        not null check (from_block >= 0),
    expires_at       timestamptz   not null,
    status           text          not null default 'open' check (status in ('open', 'held', 'released')),
    created_at       timestamptz   not null default now(),
    updated_at       timestamptz   not null default now(),
    version          integer       not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, payment_order_id),
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict,
    foreign key (asset, livemode) references app.asset (code, livemode) on delete restrict,
    check (expires_at > created_at)
);
create unique index deposit_request_amount on app.deposit_request (organization_id, livemode, asset, recipient, amount)
    where status in ('open', 'held');
create index deposit_request_open on app.deposit_request (organization_id, livemode, expires_at)
    where expires_at is not null and status = 'open';
create index deposit_request_held on app.deposit_request (organization_id, livemode, expires_at)
    where expires_at is not null and status = 'held';
alter table app.deposit_request enable row level security;
alter table app.deposit_request force row level security;
create trigger touch before update on app.deposit_request for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.deposit_request for each row
    execute function app_private.audit();
create trigger as_asked
    before update of payment_order_id, asset, recipient, amount, from_block, expires_at on app.deposit_request
    for each row when ((old.payment_order_id, old.asset, old.recipient, old.amount, old.from_block, old.expires_at)
                       is distinct from
                       (new.payment_order_id, new.asset, new.recipient, new.amount, new.from_block, new.expires_at))
    execute function app_private.final('amount');
create trigger transitions before insert or update on app.deposit_request for each row
    execute function app_private.check_transition('status', ':open', 'open:held', 'held:released');
comment on table app.deposit_request is
    'A payment that a stranger was shown. Until it is released, nobody else is asked for that amount of the asset at '
    'that address: the amount tells which order a transfer pays.';
comment on column app.deposit_request.from_block is 'The newest block when it was made: only later ones pay it.';
comment on column app.deposit_request.status is
    'open: its order waits for the payment; held: that is over, and who pays now pays nobody else''s order; released: '
    'so is that.';

create table app.deposit_scan (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    chain           text        not null,
    recipient       text        not null check (recipient ~ '^0x[0-9a-f]{40}$'),
    scanned_block   bigint      not null check (scanned_block >= 0),
    scanned_until   timestamptz,
    awaited         boolean     not null default true,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, chain, recipient),
    foreign key (chain, livemode) references app.chain (code, livemode) on delete restrict
);
create index deposit_scan_awaited on app.deposit_scan (organization_id, livemode, chain, scanned_block, recipient)
    where scanned_block >= 0 and awaited;
alter table app.deposit_scan enable row level security;
alter table app.deposit_scan force row level security;
create trigger touch before update on app.deposit_scan for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.deposit_scan for each row
    execute function app_private.audit();
create trigger never_back before update of scanned_block on app.deposit_scan for each row
    when (new.scanned_block < old.scanned_block) execute function app_private.final('scanned_block');
comment on table app.deposit_scan is 'How far the blocks of a chain were read for what arrived at an address.';
comment on column app.deposit_scan.awaited is
    'Whether an amount is reserved there. If none is, nothing is read, and the next request begins at the newest '
    'block.';
comment on column app.deposit_scan.scanned_until is 'The time of that block; null: none was read since it began.';

create table app.deposit (
    organization_id  uuid          not null references app.organization on delete restrict,
    livemode         boolean       not null,
    id               uuid          not null default app.uuidv7(),
    asset            text          not null,
    recipient        text          not null check (recipient ~ '^0x[0-9a-f]{40}$'),
    sender           text          not null check (sender ~ '^0x[0-9a-f]{40}$'),
    amount           numeric(78,0) not null check (amount > 0),
    transaction_hash text          not null check (transaction_hash ~ '^0x[0-9a-f]{64}$'),
    log_index        integer       check (log_index >= 0),
    block_number     bigint        not null check (block_number >= 0),
    block_hash       text          not null check (block_hash ~ '^0x[0-9a-f]{64}$'),
    block_time       timestamptz   not null,
    status           text          not null default 'received'
                                   check (status in ('received', 'settled', 'needs_review')),
    review_reason    text          check (review_reason in ('unexpected', 'before_request', 'late', 'paid_twice',
                                                            'order_closed', 'refused')),
    payment_order_id uuid,
    created_at       timestamptz   not null default now(),
    updated_at       timestamptz   not null default now(),
    version          integer       not null default 1,
    primary key (organization_id, livemode, id),
    unique nulls not distinct (organization_id, livemode, asset, transaction_hash, log_index),
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict,
    foreign key (asset, livemode) references app.asset (code, livemode) on delete restrict,
    check ((status = 'needs_review') = (review_reason is not null)),
    check (status <> 'settled' or payment_order_id is not null)
);
create index deposit_page on app.deposit (organization_id, livemode, created_at desc, id desc);
create index deposit_order on app.deposit (organization_id, livemode, payment_order_id)
    where payment_order_id is not null;
create unique index deposit_settles on app.deposit (organization_id, livemode, payment_order_id)
    where payment_order_id is not null and status = 'settled';
create index deposit_received on app.deposit (organization_id, livemode, block_number)
    where block_number >= 0 and status = 'received';
alter table app.deposit enable row level security;
alter table app.deposit force row level security;
create trigger touch before update on app.deposit for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.deposit for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.deposit for each row
    execute function app_private.check_transition('status', ':received', 'received:settled', 'received:needs_review');
create trigger as_arrived
    before update of asset, recipient, sender, amount, transaction_hash, log_index, block_number, block_hash,
        block_time on app.deposit
    for each row when ((old.asset, old.recipient, old.sender, old.amount, old.transaction_hash, old.log_index,
                        old.block_number, old.block_hash, old.block_time)
                       is distinct from
                       (new.asset, new.recipient, new.sender, new.amount, new.transaction_hash, new.log_index,
                        new.block_number, new.block_hash, new.block_time))
    execute function app_private.final('amount');
comment on table app.deposit is
    'A transfer to a watched address, deep enough in its chain. It settles the order that asked for it, or a person '
    'decides.';
comment on column app.deposit.log_index is 'Of the event of the token; null: the transaction moved the native asset.';
comment on column app.deposit.payment_order_id is 'The order that it settles, or that asked for its amount.';

-- As at 0209.
alter table app.deposit_request set (autovacuum_analyze_scale_factor = 0.01);
alter table app.deposit_scan set (autovacuum_analyze_scale_factor = 0.01);
alter table app.deposit set (autovacuum_analyze_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01);

reset role;
--rollback alter table app_private.wake no force row level security;
--rollback alter table app_private.turn no force row level security;
--rollback delete from app_private.wake where kind = 'receive';
--rollback delete from app_private.turn where kind = 'receive';
--rollback alter table app_private.turn force row level security;
--rollback alter table app_private.wake force row level security;
--rollback drop table app.deposit, app.deposit_scan, app.deposit_request;
