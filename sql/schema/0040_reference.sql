--liquibase formatted sql

--changeset hedgerow:0040-reference splitStatements:false stripComments:false
--comment: What all tenants share: providers, chains and assets. Read-only for the application.
set local role hedgerow_owner;

create table app.provider (
    code       text        primary key check (code ~ '^[a-z][a-z0-9_]{1,31}$'),
    name       text        not null check (length(name) between 1 and 100),
    kind       text        not null check (kind in ('card', 'bank', 'chain')),
    active     boolean     not null default true,
    created_at timestamptz not null default now()
);
comment on table app.provider is 'A way to move money: a card or bank provider, or a chain.';

create table app.chain (
    code         text        primary key check (code ~ '^eip155:[1-9][0-9]{0,17}$'),
    name         text        not null check (length(name) between 1 and 100),
    chain_id     bigint      not null unique check (chain_id > 0),
    livemode     boolean     not null,
    explorer_url text        check (explorer_url ~ '^https://'),
    active       boolean     not null default true,
    created_at   timestamptz not null default now()
);
comment on table app.chain is 'A chain by its CAIP-2 name.';
comment on column app.chain.livemode is 'False: a test network, for test data only.';

create table app.asset (
    code             text        primary key check (code ~ '^[A-Z0-9]{2,12}[.][1-9][0-9]{0,17}$'),
    symbol           text        not null check (symbol ~ '^[A-Z0-9]{2,12}$'),
    chain            text        not null references app.chain on delete restrict,
    kind             text        not null check (kind in ('native', 'erc20')),
    contract_address text        check (contract_address ~ '^0x[0-9a-f]{40}$'),
    decimals         integer     not null check (decimals between 0 and 36),
    active           boolean     not null default true,
    created_at       timestamptz not null default now(),
    unique (chain, contract_address),
    check ((kind = 'erc20') = (contract_address is not null))
);
comment on table app.asset is
    'Something of value on one chain: symbol, dot, chain id. Fiat money is an ISO 4217 currency instead.';
comment on column app.asset.decimals is 'Amounts are whole base units: one unit of the asset is 10^decimals of them.';

insert into app.provider (code, name, kind) values
    ('stripe', 'Stripe', 'card'),
    ('adyen', 'Adyen', 'card'),
    ('sepa', 'SEPA credit transfer', 'bank'),
    ('evm', 'EVM chains', 'chain');

insert into app.chain (code, name, chain_id, livemode, explorer_url) values
    ('eip155:1', 'Ethereum', 1, true, 'https://etherscan.io'),
    ('eip155:8453', 'Base', 8453, true, 'https://basescan.org'),
    ('eip155:137', 'Polygon', 137, true, 'https://polygonscan.com'),
    ('eip155:11155111', 'Sepolia', 11155111, false, 'https://sepolia.etherscan.io'),
    ('eip155:84532', 'Base Sepolia', 84532, false, 'https://sepolia.basescan.org'),
    ('eip155:31337', 'Local development chain', 31337, false, null);

insert into app.asset (code, symbol, chain, kind, contract_address, decimals) values
    ('ETH.1', 'ETH', 'eip155:1', 'native', null, 18),
    ('USDC.1', 'USDC', 'eip155:1', 'erc20', '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48', 6),
    ('ETH.8453', 'ETH', 'eip155:8453', 'native', null, 18),
    ('USDC.8453', 'USDC', 'eip155:8453', 'erc20', '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913', 6),
    ('POL.137', 'POL', 'eip155:137', 'native', null, 18),
    ('USDC.137', 'USDC', 'eip155:137', 'erc20', '0x3c499c542cef5e3811e1192ce70d8cc03d5c3359', 6),
    ('ETH.11155111', 'ETH', 'eip155:11155111', 'native', null, 18),
    ('USDC.11155111', 'USDC', 'eip155:11155111', 'erc20', '0x1c7d4b196cb0c7b01d743fbc6116a902379c7238', 6),
    ('ETH.84532', 'ETH', 'eip155:84532', 'native', null, 18),
    ('USDC.84532', 'USDC', 'eip155:84532', 'erc20', '0x036cbd53842c5426634e7929541ec2318f3dcf7e', 6),
    ('ETH.31337', 'ETH', 'eip155:31337', 'native', null, 18);

reset role;
--rollback drop table app.asset, app.chain, app.provider;
