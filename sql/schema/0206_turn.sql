--liquibase formatted sql

--changeset hedgerow:0206-turn splitStatements:false stripComments:false
--comment: Which tenant has work for the worker, and when: ids and times, no data of a tenant.
set local role hedgerow_owner;

create table app_private.wake (
    id              bigint      generated always as identity primary key,
    kind            text        not null check (kind in ('publish', 'deliver', 'expire', 'retain')),
    organization_id uuid        not null,
    livemode        boolean     not null,
    due_at          timestamptz not null
);
alter table app_private.wake enable row level security;
alter table app_private.wake force row level security;
comment on table app_private.wake is
    'Work that a transaction made. Rows are added and removed, never changed: nobody who makes work waits for another.';

create table app_private.turn (
    kind            text        not null check (kind in ('publish', 'deliver', 'expire', 'retain')),
    organization_id uuid        not null,
    livemode        boolean     not null,
    due_at          timestamptz not null,
    rung            bigint      not null default 1,
    lease           uuid,
    primary key (kind, organization_id, livemode)
);
create index turn_due on app_private.turn (kind, due_at);
alter table app_private.turn enable row level security;
alter table app_private.turn force row level security;
comment on table app_private.turn is
    'Of a tenant with work of one kind, when its turn comes. Read and written by app.take_turns() and app.end_turn().';
comment on column app_private.turn.due_at is 'While a worker has the turn: when the turn is given to another.';
comment on column app_private.turn.rung is 'Raised with each wake, so that a worker learns of those during its turn.';
comment on column app_private.turn.lease is 'Whoever has the turn; null: nobody.';

-- The worker finds by index what is due.
create index payment_order_expiry on app.payment_order (organization_id, livemode, expires_at)
    where status in ('requires_confirmation', 'requires_approval', 'requires_execution');
create index payment_link_expiry on app.payment_link (organization_id, livemode, expires_at)
    where status in ('active', 'disabled');
create index approval_expiry on app.approval (organization_id, livemode, expires_at) where status = 'pending';
create index invitation_expiry on app.invitation (organization_id, expires_at) where status = 'pending';
create index outbox_event_published on app.outbox_event (organization_id, livemode, published_at)
    where published_at is not null;

-- Deliveries are a log themselves, changed by the worker alone: an entry for each step would be most of the log, and
-- each would wait for the end of the tenant's chain. So would the publication of events, and what retention removes.
drop trigger audit on app.webhook_delivery;
drop trigger audit on app.outbox_event;
create trigger audit after insert on app.outbox_event for each row execute function app_private.audit();
drop trigger audit on app.idempotency_key;
create trigger audit after insert or update on app.idempotency_key for each row
    execute function app_private.audit('response_body', 'request_hash');

-- Whatever the tenants that are there have to do: the first turn of each kind looks. The owner passes the policies of
-- both tables while row security is not forced, and nobody else does.
alter table app.organization no force row level security;
alter table app_private.wake no force row level security;
insert into app_private.wake (kind, organization_id, livemode, due_at)
select kind, o.id, livemode, now()
  from app.organization o, unnest(array['publish', 'deliver', 'expire', 'retain']) kind,
       unnest(array[false, true]) livemode;
alter table app_private.wake force row level security;
alter table app.organization force row level security;

reset role;
--rollback create trigger audit after insert or update or delete on app.webhook_delivery for each row
--rollback     execute function app_private.audit();
--rollback drop trigger audit on app.outbox_event;
--rollback create trigger audit after insert or update or delete on app.outbox_event for each row
--rollback     execute function app_private.audit();
--rollback drop trigger audit on app.idempotency_key;
--rollback create trigger audit after insert or update or delete on app.idempotency_key for each row
--rollback     execute function app_private.audit('response_body', 'request_hash');
--rollback drop index app.outbox_event_published, app.invitation_expiry, app.approval_expiry, app.payment_link_expiry,
--rollback     app.payment_order_expiry;
--rollback drop table app_private.turn, app_private.wake;
