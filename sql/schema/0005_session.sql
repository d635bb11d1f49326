--liquibase formatted sql

--changeset hedgerow:0005-session splitStatements:false stripComments:false
--comment: Who may act in which tenant, and the keys of sealed mode. Both are read by functions only.
set local role hedgerow_owner;

create table app_private.principal (
    subject         text        collate "C" generated always as (kind || ':' || id::text) stored,
    kind            text        not null check (kind in ('organization', 'user', 'key', 'agent', 'invitation')),
    id              uuid        not null,
    organization_id uuid        not null,
    livemode        boolean,
    role            text        check (role in ('owner', 'admin', 'member', 'viewer', 'agent')),
    secret_hash     bytea       unique check (octet_length(secret_hash) = 32),
    scopes          text[]      check (kind = 'key' or scopes is null),
    agent_id        uuid        check (kind = 'key' or agent_id is null),
    active          boolean     not null,
    tenant_active   boolean     not null,
    expires_at      timestamptz,
    acts_as         text        generated always as (
        case when active and agent_id is null then
            case when kind in ('user', 'key', 'agent') and tenant_active then role
                 when kind = 'user' and role = 'owner' then role
                 when kind = 'user' then 'viewer' end
        end) stored,
    primary key (subject, organization_id)
);
create index principal_organization_id on app_private.principal (organization_id);
alter table app_private.principal enable row level security;
alter table app_private.principal force row level security;
comment on table app_private.principal is
    'Who may act in which tenant, as what. Kept by triggers, read before a tenant is bound: not a tenant table.';
comment on column app_private.principal.subject is 'As app.bind is told the actor, so that one look-up finds it.';
comment on column app_private.principal.tenant_active is
    'Neither suspended nor closed. Of a tenant''s own row, and of all others in it.';
comment on column app_private.principal.acts_as is
    'The role that counts now; null: it may not act. In a tenant that is not active no program acts, people read, and '
    'an owner may lift it.';
comment on column app_private.principal.livemode is 'The only mode in which the principal may act; null: both.';
comment on column app_private.principal.secret_hash is
    'SHA-256 of the API key or invitation token, to find its tenant.';
comment on column app_private.principal.scopes is
    'What a restricted API key may do at the application''s door; null: whatever its role may. Not read by policies.';
comment on column app_private.principal.agent_id is
    'The agent whose key it is: who holds it acts as that agent, and nobody as the key.';

create table app_private.seal_key (
    id         uuid        primary key default app.uuidv7(),
    purpose    text        not null check (purpose in ('bind', 'seal')),
    inner_pad  bytea       not null check (octet_length(inner_pad) = 64),
    outer_pad  bytea       not null check (octet_length(outer_pad) = 64),
    created_at timestamptz not null default now(),
    retired_at timestamptz
);
alter table app_private.seal_key enable row level security;
alter table app_private.seal_key force row level security;
comment on table app_private.seal_key is
    'HMAC keys of sealed mode as their two pads (RFC 2104). Leave them out of dumps: '
    'pg_dump --exclude-table-data=app_private.seal_key';
comment on column app_private.seal_key.purpose is
    'bind: shared with the application, which mints tokens; seal: never leaves the database.';

reset role;
--rollback drop table app_private.seal_key, app_private.principal;
