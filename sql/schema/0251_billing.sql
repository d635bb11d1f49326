--liquibase formatted sql

--changeset hedgerow:0251-billing splitStatements:false stripComments:false
--comment: The periods of subscriptions, one order for each, and clocks for tests.
set local role hedgerow_owner;

create table app.test_clock (
    organization_id uuid        not null references app.organization on delete restrict,
    livemode        boolean     not null check (not livemode),
    id              uuid        not null default app.uuidv7(),
    name            text        not null check (length(name) between 1 and 100),
    now_at          timestamptz not null,
    status          text        not null default 'ready' check (status in ('ready', 'advancing')),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         integer     not null default 1,
    primary key (organization_id, livemode, id)
);
create index test_clock_advancing on app.test_clock (organization_id, livemode) where status = 'advancing';
create index test_clock_page on app.test_clock (organization_id, livemode, created_at desc, id desc);
alter table app.test_clock enable row level security;
alter table app.test_clock force row level security;
create trigger touch before update on app.test_clock for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.test_clock for each row
    execute function app_private.audit();
create trigger never_back before update of now_at on app.test_clock for each row
    when (new.now_at < old.now_at) execute function app_private.final('now_at');
comment on table app.test_clock is
    'What time it is for subscriptions of test data that name it. It goes forwards only.';

-- The rows that are there are checked as the owner, whom FORCE would bind to no tenant.
alter table app.subscription no force row level security;
alter table app.test_clock no force row level security;
alter table app.subscription
    add column time_zone     text          not null default 'UTC' check (time_zone ~ '^[A-Za-z0-9_+/-]{1,64}$'),
    add column test_clock_id uuid,
    add column anchor_at     timestamptz,
    add column anchor_count  integer       not null default 0 check (anchor_count >= 0),
    add column billed_until  timestamptz,
    add column carried       numeric(78,0) not null default 0,
    add foreign key (organization_id, livemode, test_clock_id) references app.test_clock on delete restrict;
alter table app.test_clock force row level security;
alter table app.subscription force row level security;
drop index app.subscription_due; -- periods are due by billed_until
create index subscription_clock on app.subscription (organization_id, livemode, test_clock_id)
    where test_clock_id is not null;
create index subscription_bill on app.subscription (organization_id, livemode, billed_until)
    where billed_until is not null and status in ('trialing', 'active', 'past_due') and test_clock_id is null;
create index subscription_bill_by_clock on app.subscription (organization_id, livemode, test_clock_id, billed_until)
    where billed_until is not null and status in ('trialing', 'active', 'past_due') and test_clock_id is not null;
comment on column app.subscription.anchor_at is
    'Paid periods are counted from here, never from the last end, so that month ends come back.';
comment on column app.subscription.anchor_count is 'How many paid periods there are since the anchor.';
comment on column app.subscription.billed_until is
    'The end of the last period that has a row; null: nothing is billed.';
comment on column app.subscription.carried is
    'What changes of the quantity add to the order of the next period; negative: a credit.';

create table app.subscription_period (
    organization_id uuid          not null references app.organization on delete restrict,
    livemode        boolean       not null,
    id              uuid          not null default app.uuidv7(),
    subscription_id uuid          not null,
    number          integer       not null check (number >= 0),
    kind            text          not null check (kind in ('trial', 'paid', 'paused')),
    started_at      timestamptz   not null,
    ended_at        timestamptz   not null,
    follows         timestamptz,
    amount          numeric(78,0) not null check (amount >= 0),
    tries           integer       not null default 1 check (tries between 1 and 100),
    next_try_at     timestamptz,
    outcome         text          check (outcome in ('failed', 'paid')),
    created_at      timestamptz   not null default now(),
    updated_at      timestamptz   not null default now(),
    version         integer       not null default 1,
    primary key (organization_id, livemode, id),
    unique (organization_id, livemode, subscription_id, number),
    unique (organization_id, livemode, subscription_id, started_at),
    unique (organization_id, livemode, subscription_id, ended_at),
    foreign key (organization_id, livemode, subscription_id) references app.subscription on delete restrict,
    foreign key (organization_id, livemode, subscription_id, follows)
        references app.subscription_period (organization_id, livemode, subscription_id, ended_at) on delete restrict,
    check (ended_at > started_at),
    check ((number = 0) = (follows is null)),
    check (follows = started_at),
    check (kind = 'paid' or amount = 0)
);
create index subscription_period_page on app.subscription_period (organization_id, livemode, created_at desc, id desc);
create index subscription_period_follows
    on app.subscription_period (organization_id, livemode, subscription_id, follows) where follows is not null;
create index subscription_period_retry on app.subscription_period (organization_id, livemode, next_try_at)
    where next_try_at is not null;
create index subscription_period_retry_by_clock
    on app.subscription_period (organization_id, livemode, subscription_id, next_try_at)
    where next_try_at is not null;
create index subscription_period_outcome on app.subscription_period (organization_id, livemode, outcome)
    where outcome is not null;
alter table app.subscription_period enable row level security;
alter table app.subscription_period force row level security;
create trigger touch before update on app.subscription_period for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.subscription_period for each row
    execute function app_private.audit();
create trigger as_billed
    before update of subscription_id, number, kind, started_at, ended_at, follows, amount on app.subscription_period
    for each row when ((old.subscription_id, old.number, old.kind, old.started_at, old.ended_at, old.follows,
                        old.amount)
                       is distinct from
                       (new.subscription_id, new.number, new.kind, new.started_at, new.ended_at, new.follows,
                        new.amount))
    execute function app_private.final('number');
comment on table app.subscription_period is
    'The periods of a subscription, a chain: each but the first begins where another ends, and no two at once, so that '
    'there is neither a gap nor an overlap.';
comment on column app.subscription_period.follows is 'The end of the period before; null: it is the first.';
comment on column app.subscription_period.outcome is
    'What its last order came to, until billing has answered it; null: it has, or the order is not over.';
comment on column app.subscription_period.tries is 'How many orders were made for it, one after the other.';

alter table app.payment_order no force row level security;
alter table app.subscription_period no force row level security;
alter table app.payment_order
    add column subscription_period_id uuid,
    add foreign key (organization_id, livemode, subscription_period_id)
        references app.subscription_period on delete restrict;
alter table app.subscription_period force row level security;
alter table app.payment_order force row level security;
create unique index payment_order_period on app.payment_order (organization_id, livemode, subscription_period_id)
    where subscription_period_id is not null and status not in ('failed', 'expired');
create index payment_order_period_tries on app.payment_order (organization_id, livemode, subscription_period_id)
    where subscription_period_id is not null;
comment on column app.payment_order.subscription_period_id is
    'The period that it bills. The next order for it only after the last failed, so that no period is paid twice.';

-- As at 0209.
alter table app.test_clock set (autovacuum_analyze_scale_factor = 0.01);
alter table app.subscription_period set (autovacuum_analyze_scale_factor = 0.01);

-- Only our own triggers name a kind.
alter table app_private.wake drop constraint wake_kind_check,
    add constraint wake_kind_check check (kind ~ '^[a-z_]{1,30}$');
alter table app_private.turn drop constraint turn_kind_check,
    add constraint turn_kind_check check (kind ~ '^[a-z_]{1,30}$');

-- What has begun already is billed from the end of its present period on; that period was not billed by us.
alter table app.subscription no force row level security;
alter table app.subscription disable trigger user;
update app.subscription
   set anchor_at = period_ends_at, billed_until = period_ends_at
 where period_ends_at is not null and status in ('trialing', 'active', 'past_due', 'paused');
alter table app.subscription enable trigger user;
alter table app_private.wake no force row level security;
insert into app_private.wake (kind, organization_id, livemode, due_at)
select distinct 'bill', s.organization_id, s.livemode, now() from app.subscription s where s.billed_until is not null;
alter table app_private.wake force row level security;
alter table app.subscription force row level security;

reset role;
--rollback alter table app_private.wake no force row level security;
--rollback alter table app_private.turn no force row level security;
--rollback delete from app_private.wake where kind = 'bill';
--rollback delete from app_private.turn where kind = 'bill';
--rollback alter table app_private.turn force row level security;
--rollback alter table app_private.wake force row level security;
--rollback alter table app_private.wake drop constraint wake_kind_check,
--rollback     add constraint wake_kind_check
--rollback         check (kind in ('publish', 'deliver', 'expire', 'retain', 'execute', 'mail'));
--rollback alter table app_private.turn drop constraint turn_kind_check,
--rollback     add constraint turn_kind_check
--rollback         check (kind in ('publish', 'deliver', 'expire', 'retain', 'execute', 'mail'));
--rollback alter table app.payment_order drop column subscription_period_id;
--rollback drop table app.subscription_period;
--rollback drop index app.subscription_bill;
--rollback create index subscription_due on app.subscription (organization_id, livemode, period_ends_at)
--rollback     where status in ('trialing', 'active', 'past_due');
--rollback alter table app.subscription drop column time_zone, drop column test_clock_id, drop column anchor_at,
--rollback     drop column anchor_count, drop column billed_until, drop column carried;
--rollback drop table app.test_clock;
