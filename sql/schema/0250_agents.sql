--liquibase formatted sql

--changeset hedgerow:0250-agents splitStatements:false stripComments:false
--comment: Agents make orders, once for each purchase; limits begin and end; prompt templates have versions.
set local role hedgerow_owner;

alter table app.agent
    add column supported_providers text[] not null default '{}' check (cardinality(supported_providers) <= 50),
    add column supported_chains    text[] not null default '{}' check (cardinality(supported_chains) <= 50);
comment on column app.agent.supported_providers is 'Codes of providers; empty: any. Asked as an attempt is made.';
comment on column app.agent.supported_chains is 'CAIP-2 names; empty: any. Asked as a payment moves.';
comment on column app.agent.capabilities is
    'execute_payment: orders may be executed for it, asked as one moves. create_order: it makes orders for itself. '
    'The others are asked nowhere yet.';

-- A grant is a limit that ends: any number of them may stand beside the one limit without an end.
alter table app.agent_limit
    add column starts_at timestamptz,
    add column ends_at   timestamptz,
    drop constraint agent_limit_period_check,
    add constraint agent_limit_period_check check (period in ('day', 'week', 'month', 'term')),
    add constraint agent_limit_term_check check (period <> 'term' or ends_at is not null),
    add constraint agent_limit_ends_check check (ends_at > starts_at);
drop index app.agent_limit_unit;
create unique index agent_limit_unit
    on app.agent_limit (organization_id, livemode, agent_id, asset, currency) nulls not distinct
    where active and ends_at is null;
comment on table app.agent_limit is
    'How much of one asset or currency an agent may pay. Without a row it may pay nothing of it. One that ends is a '
    'grant: what is within it counts against it alone.';
comment on column app.agent_limit.starts_at is 'Until then it allows nothing; null: it has begun.';
comment on column app.agent_limit.ends_at is 'From then on it allows nothing; null: it has no end.';
comment on column app.agent_limit.period_started_at is
    'The period is a calendar day, week or month in UTC, which the first payment of the next one begins; or the whole '
    'term of a grant.';

alter table app.payment_order
    add column counted_by  uuid,
    add column purchase_id text check (purchase_id ~ '^[!-~]{1,100}$'),
    add constraint payment_order_purchase_check check (purchase_id is null or executing_agent_id is not null);
comment on column app.payment_order.counted_by is 'The limit of the agent that the payment is counted in; null: none.';
comment on column app.payment_order.purchase_id is
    'What an agent calls this purchase. It buys nothing twice: there is one order for each, for ever.';
create unique index payment_order_purchase
    on app.payment_order (organization_id, livemode, executing_agent_id, purchase_id) where purchase_id is not null;

create table app.prompt_template (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null,
    id              uuid        not null default app.uuidv7(),
    agent_id        uuid        not null,
    name            text        not null check (name ~ '^[a-z0-9][a-z0-9_.-]{0,99}$'),
    number          integer     not null check (number between 1 and 1000000),
    body            text        not null check (length(body) between 1 and 20000),
    created_by      text        not null check (length(created_by) <= 128),
    created_at      timestamptz not null default now(),
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, agent_id, name, number),
    foreign key (organization_id, livemode, agent_id) references app.agent on delete restrict
);
create index prompt_template_page on app.prompt_template (organization_id, livemode, created_at desc, id desc);
alter table app.prompt_template enable row level security;
alter table app.prompt_template force row level security;
create trigger append_only before update or delete on app.prompt_template for each row
    execute function app_private.append_only();
create trigger append_only_truncate before truncate on app.prompt_template for each statement
    execute function app_private.append_only();
create trigger audit after insert or update or delete on app.prompt_template for each row
    execute function app_private.audit();
comment on table app.prompt_template is
    'What an agent is told, by name. A change is the next number of the name; the highest is in use.';
-- As at 0209.
alter table app.prompt_template set (autovacuum_analyze_scale_factor = 0.01,
                                     autovacuum_vacuum_insert_scale_factor = 0.01);

-- Payments that are counted already, as at 0205.
alter table app.agent_limit no force row level security;
alter table app.payment_order no force row level security;
alter table app.payment_order disable trigger user;
update app.payment_order o
   set counted_by = l.id
  from app.agent_limit l
 where l.organization_id = o.organization_id and l.livemode = o.livemode and l.agent_id = o.executing_agent_id
   and (l.currency = o.currency or l.asset = o.asset) and l.active and o.limit_period is not null;
alter table app.payment_order enable trigger user;
alter table app.payment_order force row level security;
alter table app.agent_limit force row level security;

reset role;
--rollback drop table app.prompt_template;
--rollback drop index app.payment_order_purchase;
--rollback alter table app.payment_order drop column purchase_id, drop column counted_by;
--rollback drop index app.agent_limit_unit;
--rollback alter table app.agent_limit no force row level security;
--rollback alter table app.agent_limit disable trigger user;
--rollback update app.agent_limit set active = false where ends_at is not null;
--rollback update app.agent_limit set period = 'month' where period = 'term';
--rollback alter table app.agent_limit enable trigger user;
--rollback alter table app.agent_limit force row level security;
--rollback create unique index agent_limit_unit
--rollback     on app.agent_limit (organization_id, livemode, agent_id, asset, currency) nulls not distinct
--rollback     where active;
--rollback alter table app.agent_limit
--rollback     drop constraint agent_limit_period_check,
--rollback     add constraint agent_limit_period_check check (period in ('day', 'week', 'month')),
--rollback     drop column starts_at, drop column ends_at;
--rollback alter table app.agent drop column supported_providers, drop column supported_chains;
