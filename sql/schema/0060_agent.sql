--liquibase formatted sql

--changeset hedgerow:0060-agent splitStatements:false stripComments:false
--comment: Agents that execute payment orders, and how far they may go.
set local role hedgerow_owner;

create table app.agent (
    organization_id   uuid         not null references app.organization on delete restrict,
    livemode          boolean      not null,
    id                uuid         not null default app.uuidv7(),
    name              text         not null check (length(name) between 1 and 100),
    status            text         not null default 'draft' check (status in ('draft', 'active', 'paused', 'retired')),
    agent_wallet_id   uuid,
    capabilities      text[]       not null default '{}'
                                   check (capabilities <@ array['execute_payment', 'execute_refund', 'create_order',
                                                                'read_customers', 'read_products']),
    model_provider    text         not null check (length(model_provider) between 1 and 100),
    model_name        text         not null check (length(model_name) between 1 and 100),
    temperature       numeric(3,2) not null default 0 check (temperature between 0 and 2),
    max_output_tokens integer      not null default 4096 check (max_output_tokens between 1 and 1000000),
    system_prompt     text         not null default '' check (length(system_prompt) <= 20000),
    tools             jsonb        not null default '[]'
                                   check (jsonb_typeof(tools) = 'array' and length(tools::text) <= 20000),
    created_by        text         not null check (length(created_by) <= 128),
    created_at        timestamptz  not null default now(),
    updated_at        timestamptz  not null default now(),
    version           integer      not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, name),
    foreign key (organization_id, livemode, agent_wallet_id) references app.wallet on delete restrict,
    check (agent_wallet_id is not null or status in ('draft', 'retired') or not 'execute_payment' = any (capabilities))
);
create index agent_page on app.agent (organization_id, livemode, created_at desc, id desc);
create index agent_wallet on app.agent (organization_id, livemode, agent_wallet_id);
alter table app.agent enable row level security;
alter table app.agent force row level security;
create trigger touch before update on app.agent for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.agent for each row execute function app_private.audit();
create trigger transitions before insert or update on app.agent for each row
    execute function app_private.check_transition('status', ':draft', 'draft:active', 'active:paused', 'paused:active',
                                                  'draft:retired', 'active:retired', 'paused:retired');
comment on table app.agent is
    'A program with a language model that executes payment orders from a wallet, within limits.';

alter table app.api_key add foreign key (organization_id, livemode, agent_id) references app.agent on delete restrict;
create index api_key_agent on app.api_key (organization_id, livemode, agent_id);

-- Who does not act any more needs no key. As hedgerow_owner, inside the fence: keys have policies of their own.
create function app_private.revoke_keys() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update app.api_key k
       set revoked_at = now()
     where k.organization_id = new.organization_id
       and k.livemode = new.livemode
       and k.agent_id = new.id
       and k.revoked_at is null;
    return null;
end
$$;
create trigger revoke_keys after update of status on app.agent
    for each row when (new.status = 'retired' and old.status <> 'retired')
    execute function app_private.revoke_keys();

create table app.agent_limit (
    organization_id         uuid          not null references app.organization on delete restrict,
    livemode                boolean       not null,
    id                      uuid          not null default app.uuidv7(),
    agent_id                uuid          not null,
    asset                   text          references app.asset on delete restrict,
    currency                text          check (currency ~ '^[A-Z]{3}$'),
    per_payment             numeric(78,0) not null check (per_payment > 0),
    per_period              numeric(78,0) not null check (per_period > 0),
    period                  text          not null check (period in ('day', 'week', 'month')),
    spent                   numeric(78,0) not null default 0 check (spent >= 0 and spent <= per_period),
    period_started_at       timestamptz   not null default now(),
    requires_approval_above numeric(78,0) not null check (requires_approval_above >= 0),
    allowed_chains          text[]        not null default '{}' check (cardinality(allowed_chains) <= 50),
    allowed_recipients      text[]        not null default '{}' check (cardinality(allowed_recipients) <= 1000),
    active                  boolean       not null default true,
    created_by              text          not null check (length(created_by) <= 128),
    created_at              timestamptz   not null default now(),
    updated_at              timestamptz   not null default now(),
    version                 integer       not null default 1,
    primary key (organization_id, livemode, id),
    foreign key (organization_id, livemode, agent_id) references app.agent on delete cascade,
    check (num_nonnulls(asset, currency) = 1),
    check (per_payment <= per_period)
);
create unique index agent_limit_unit
    on app.agent_limit (organization_id, livemode, agent_id, asset, currency) nulls not distinct where active;
create index agent_limit_page on app.agent_limit (organization_id, livemode, created_at desc, id desc);
create index agent_limit_agent on app.agent_limit (organization_id, livemode, agent_id);
alter table app.agent_limit enable row level security;
alter table app.agent_limit force row level security;
create trigger touch before update on app.agent_limit for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.agent_limit for each row
    execute function app_private.audit();
comment on table app.agent_limit is
    'How much of one asset or currency an agent may pay. Without a row it may pay nothing of it.';
comment on column app.agent_limit.spent is
    'In this period. Raised by UPDATE ... SET spent = spent + x WHERE spent + x <= per_period, which cannot overspend.';
comment on column app.agent_limit.allowed_chains is 'CAIP-2 names; empty: the chain of the asset, whichever.';
comment on column app.agent_limit.allowed_recipients is 'Addresses; empty: any recipient of an order of the tenant.';

reset role;
--rollback alter table app.api_key drop constraint api_key_organization_id_livemode_agent_id_fkey;
--rollback drop index app.api_key_agent;
--rollback drop table app.agent_limit, app.agent;
--rollback drop function app_private.revoke_keys();
