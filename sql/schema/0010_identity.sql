--liquibase formatted sql

--changeset hedgerow:0010-identity splitStatements:false stripComments:false
--comment: People, how they prove who they are, and their sign-in sessions. None of it belongs to a tenant.
set local role hedgerow_owner;

create table app.app_user (
    id           uuid        primary key default app.uuidv7(),
    display_name text        not null check (length(display_name) between 1 and 200),
    locale       text        not null default 'en' check (locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    time_zone    text        not null default 'UTC' check (length(time_zone) between 1 and 64),
    status       text        not null default 'active' check (status in ('active', 'suspended', 'closed')),
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    version      integer     not null default 1
);
alter table app.app_user enable row level security;
alter table app.app_user force row level security;
create trigger touch before update on app.app_user for each row execute function app_private.touch();
create trigger transitions before insert or update on app.app_user for each row
    execute function app_private.check_transition('status', ':active', 'active:suspended', 'suspended:active',
                                                  'active:closed', 'suspended:closed');
comment on table app.app_user is 'A person. What a tenant may know of a person is in app.membership.';

create table app.user_identity (
    id          uuid        primary key default app.uuidv7(),
    user_id     uuid        not null references app.app_user on delete restrict,
    kind        text        not null check (kind in ('email', 'google', 'apple', 'github', 'microsoft', 'oidc')),
    issuer      text        not null default '' check (length(issuer) <= 500),
    subject     text        not null check (length(subject) between 1 and 500),
    email       text        check (email = lower(email) and email like '_%@_%' and length(email) <= 320),
    verified_at timestamptz,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    version     integer     not null default 1,
    unique (kind, issuer, subject),
    check (kind <> 'email' or email is not null and subject = email and issuer = ''),
    check (kind <> 'oidc' or issuer <> '')
);
create index user_identity_user on app.user_identity (user_id, created_at);
alter table app.user_identity enable row level security;
alter table app.user_identity force row level security;
create trigger touch before update on app.user_identity for each row execute function app_private.touch();
comment on table app.user_identity is 'An e-mail address or an account elsewhere that signs a person in.';
comment on column app.user_identity.issuer is 'Of an OpenID Connect account; empty where the kind says it all.';
comment on column app.user_identity.email is
    'Lower case: text compares faster under a policy than citext, and is leakproof.';

create table app.user_wallet (
    id          uuid        primary key default app.uuidv7(),
    user_id     uuid        not null references app.app_user on delete restrict,
    kind        text        not null
                            check (kind in ('eoa', 'contract', 'smart', 'delegated', 'server', 'in_app')),
    chain_id    bigint      not null default 0 check (chain_id >= 0),
    address     text        not null check (address ~ '^0x[0-9a-f]{40}$'),
    label       text        check (length(label) <= 100),
    verified_at timestamptz,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    version     integer     not null default 1,
    unique (address, chain_id),
    check (kind in ('eoa', 'server', 'in_app') or chain_id > 0)
);
create index user_wallet_user on app.user_wallet (user_id, created_at);
alter table app.user_wallet enable row level security;
alter table app.user_wallet force row level security;
create trigger touch before update on app.user_wallet for each row execute function app_private.touch();
comment on table app.user_wallet is 'A wallet that signs a person in.';
comment on column app.user_wallet.chain_id is 'EIP-155 id; 0: any chain, as a key of its own signs alike on all.';
comment on column app.user_wallet.kind is
    'eoa: a key; contract: EIP-1271; smart: ERC-4337; delegated: EIP-7702; server: our signer; in_app: embedded.';

create table app.auth_nonce (
    id          uuid        primary key default app.uuidv7(),
    nonce_hash  bytea       not null unique check (octet_length(nonce_hash) = 32),
    purpose     text        not null check (purpose in ('sign_in', 'link_wallet', 'link_identity', 'unlink_wallet',
                                                        'unlink_identity')),
    domain      text        not null check (length(domain) between 1 and 253),
    address     text        check (address ~ '^0x[0-9a-f]{40}$'),
    chain_id    bigint      check (chain_id > 0),
    user_id     uuid        references app.app_user on delete cascade,
    issued_at   timestamptz not null default now(),
    expires_at  timestamptz not null,
    consumed_at timestamptz,
    check (expires_at > issued_at),
    check (purpose = 'sign_in' or user_id is not null)
);
create index auth_nonce_expiry on app.auth_nonce (expires_at);
create index auth_nonce_user on app.auth_nonce (user_id);
alter table app.auth_nonce enable row level security;
alter table app.auth_nonce force row level security;
comment on table app.auth_nonce is 'What a wallet must sign (EIP-4361). Good once, and not for long.';

create table app.auth_session (
    id           uuid        primary key default app.uuidv7(),
    token_hash   bytea       not null unique check (octet_length(token_hash) = 32),
    user_id      uuid        not null references app.app_user on delete cascade,
    method       text        not null check (method in ('wallet', 'email', 'oauth')),
    user_agent   text        check (length(user_agent) <= 500),
    ip_address   inet,
    created_at   timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at   timestamptz not null,
    revoked_at   timestamptz,
    check (expires_at > created_at)
);
create index auth_session_user on app.auth_session (user_id, created_at);
create index auth_session_expiry on app.auth_session (expires_at);
alter table app.auth_session enable row level security;
alter table app.auth_session force row level security;
comment on table app.auth_session is 'A signed-in person. The token itself is nowhere, only its SHA-256.';

reset role;
--rollback drop table app.auth_session, app.auth_nonce, app.user_wallet, app.user_identity, app.app_user;
