--liquibase formatted sql

--changeset hedgerow:0020-organization splitStatements:false stripComments:false
--comment: The tenant, who belongs to it, who is asked to, and the keys that act for it.
set local role hedgerow_owner;

create table app.organization (
    id               uuid        primary key default app.uuidv7(),
    slug             text        not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name             text        not null check (length(name) between 1 and 200),
    legal_name       text        check (length(legal_name) <= 300),
    country          text        not null check (country ~ '^[A-Z]{2}$'),
    default_currency text        not null check (default_currency ~ '^[A-Z]{3}$'),
    status           text        not null default 'active' check (status in ('active', 'suspended', 'closed')),
    settings         jsonb       not null default '{}'
                                 check (jsonb_typeof(settings) = 'object' and length(settings::text) <= 20000),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    version          integer     not null default 1
);
alter table app.organization enable row level security;
alter table app.organization force row level security;
create trigger touch before update on app.organization for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.organization for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.organization for each row
    execute function app_private.check_transition('status', ':active', 'active:suspended', 'suspended:active',
                                                  'active:closed', 'suspended:closed');
comment on table app.organization is 'A tenant.';
comment on column app.organization.slug is
    'Public name, part of URLs. The one unique value across tenants: that a name is taken is no secret.';

create table app.membership (
    organization_id uuid        not null references app.organization on delete restrict,
    user_id         uuid        not null references app.app_user on delete restrict,
    role            text        not null check (role in ('owner', 'admin', 'member', 'viewer')),
    status          text        not null default 'active' check (status in ('active', 'suspended')),
    display_name    text        not null check (length(display_name) between 1 and 200),
    email           text        check (email = lower(email) and length(email) <= 320),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, user_id)
);
create index membership_page on app.membership (organization_id, created_at, user_id);
alter table app.membership enable row level security;
alter table app.membership force row level security;
create trigger touch before update on app.membership for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.membership for each row
    execute function app_private.audit();
comment on table app.membership is 'Who belongs to the tenant, as what, and what the tenant may know of the person.';

create table app.invitation (
    organization_id uuid        not null references app.organization on delete restrict,
    id              uuid        not null default app.uuidv7(),
    email           text        not null check (email = lower(email) and email like '_%@_%' and length(email) <= 320),
    role            text        not null check (role in ('owner', 'admin', 'member', 'viewer')),
    token_hash      bytea       not null check (octet_length(token_hash) = 32),
    status          text        not null default 'pending'
                                check (status in ('pending', 'accepted', 'revoked', 'expired')),
    invited_by      text        not null check (length(invited_by) <= 128),
    expires_at      timestamptz not null,
    accepted_by     uuid        references app.app_user on delete restrict,
    accepted_at     timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, id),
    unique (organization_id, token_hash),
    check (expires_at > created_at),
    check (num_nonnulls(accepted_by, accepted_at) = case status when 'accepted' then 2 else 0 end)
);
create index invitation_page on app.invitation (organization_id, created_at desc, id desc);
create unique index invitation_pending on app.invitation (organization_id, email) where status = 'pending';
alter table app.invitation enable row level security;
alter table app.invitation force row level security;
create trigger touch before update on app.invitation for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.invitation for each row
    execute function app_private.audit('token_hash');
create trigger transitions before insert or update on app.invitation for each row
    execute function app_private.check_transition('status', ':pending', 'pending:accepted', 'pending:revoked',
                                                  'pending:expired');
comment on table app.invitation is 'An e-mail address that may join the tenant with a role.';
comment on column app.invitation.invited_by is 'The actor: user:<uuid> or key:<uuid>.';

create table app.api_key (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    name            text        not null check (length(name) between 1 and 100),
    kind            text        not null default 'secret' check (kind in ('secret', 'restricted')),
    role            text        not null check (role in ('owner', 'admin', 'member', 'viewer', 'agent')),
    agent_id        uuid,
    scopes          text[]      not null default '{}'
                                check (cardinality(scopes) <= 100
                                       and array_to_string(scopes, ' ', '?') ~ '^([a-z_]{1,63}:(read|write)( |$))*$'),
    prefix          text        not null check (prefix ~ '^hk_(live|test)_[0-9A-Za-z]{4,12}$'),
    key_hash        bytea       not null check (octet_length(key_hash) = 32),
    created_by      text        not null check (length(created_by) <= 128),
    last_used_at    timestamptz,
    expires_at      timestamptz,
    revoked_at      timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, key_hash),
    check ((role = 'agent') = (agent_id is not null)),
    check (kind = 'restricted' or scopes = '{}'),
    check (livemode = (prefix like 'hk_live_%')),
    check (expires_at > created_at)
);
create index api_key_page on app.api_key (organization_id, livemode, created_at desc, id desc);
alter table app.api_key enable row level security;
alter table app.api_key force row level security;
create trigger touch before update on app.api_key for each row
    when (old.last_used_at is not distinct from new.last_used_at) execute function app_private.touch();
create trigger audit after insert or update or delete on app.api_key for each row
    execute function app_private.audit('key_hash');
create trigger revoked_for_good before update of revoked_at on app.api_key for each row
    when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at)
    execute function app_private.final('revoked_at');
comment on table app.api_key is 'A key that acts for the tenant. Shown once; only its SHA-256 is kept.';
comment on column app.api_key.agent_id is 'Whose key it is, of the role agent; that agent acts then, not the key.';
comment on column app.api_key.last_used_at is 'To the minute or so; neither a change nor in the audit log.';
comment on column app.api_key.prefix is 'The beginning of the key, by which people recognize it.';
comment on column app.api_key.scopes is 'Of a restricted key, what it may do; within what its role may.';

-- Someone must be able to let others in. Deferred, so that ownership can be handed over in one transaction. The
-- function reads as hedgerow_owner, inside the fence, so that a caller who sees less cannot pass by seeing less.
create function app_private.keep_an_owner() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Owners who leave at the same time must take turns, or each would rely on the other.
    perform pg_advisory_xact_lock(hashtextextended('owners of ' || old.organization_id, 0));
    if not exists (select from app.membership m
                    where m.organization_id = old.organization_id and m.role = 'owner' and m.status = 'active') then
        raise exception 'an organization keeps at least one active owner'
            using errcode = '23514', table = 'membership', constraint = 'membership_keep_an_owner';
    end if;
    return null;
end
$$;
create constraint trigger keep_an_owner after update or delete on app.membership
    deferrable initially deferred
    for each row when (old.role = 'owner' and old.status = 'active')
    execute function app_private.keep_an_owner();

reset role;
--rollback drop table app.api_key, app.invitation, app.membership, app.organization;
--rollback drop function app_private.keep_an_owner();
