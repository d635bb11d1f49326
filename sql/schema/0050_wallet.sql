--liquibase formatted sql

--changeset hedgerow:0050-wallet splitStatements:false stripComments:false
--comment: Wallets that a tenant pays from and is paid to.
set local role hedgerow_owner;

create table app.wallet (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    kind            text        not null
                                check (kind in ('eoa', 'contract', 'smart', 'delegated', 'server', 'in_app')),
    chain           text        not null references app.chain on delete restrict,
    address         text        not null check (address ~ '^0x[0-9a-f]{40}$'),
    label           text        not null check (length(label) between 1 and 100),
    key_reference   text        check (length(key_reference) <= 500),
    status          text        not null default 'active' check (status in ('active', 'frozen', 'retired')),
    created_by      text        not null check (length(created_by) <= 128),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, chain, address),
    check (kind = 'server' or key_reference is null)
);
create index wallet_page on app.wallet (organization_id, livemode, created_at desc, id desc);
alter table app.wallet enable row level security;
alter table app.wallet force row level security;
create trigger touch before update on app.wallet for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.wallet for each row
    execute function app_private.audit('key_reference');
create trigger transitions before insert or update on app.wallet for each row
    execute function app_private.check_transition('status', ':active', 'active:frozen', 'frozen:active',
                                                  'active:retired', 'frozen:retired');
comment on table app.wallet is 'An address of the tenant on one chain.';
comment on column app.wallet.kind is
    'eoa: a key; contract: EIP-1271; smart: ERC-4337; delegated: EIP-7702; server: our signer; in_app: embedded.';
comment on column app.wallet.key_reference is 'Where the signer finds the key of a server wallet. Never the key.';

reset role;
--rollback drop table app.wallet;
