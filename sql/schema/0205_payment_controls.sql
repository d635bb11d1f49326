--liquibase formatted sql

--changeset hedgerow:0205-payment-controls splitStatements:false stripComments:false
--comment: Limits of agents count what is under way, and can be lowered below it. Nobody names the key of a wallet.
set local role hedgerow_owner;

-- A limit can be lowered below what was spent: the move of the order asks it, in app_private.check_execution().
alter table app.agent_limit
    drop constraint agent_limit_check,
    add constraint agent_limit_spent_check check (spent >= 0);
comment on column app.agent_limit.spent is
    'Payments under way or made in this period. Counted as an order begins processing, and given back if it fails.';
comment on column app.agent_limit.period_started_at is
    'The period is a calendar day, week or month in UTC; the first payment of the next one begins it.';

-- Neither a new version nor a conflict for whoever changes the limit meanwhile.
drop trigger touch on app.agent_limit;
create trigger touch before update on app.agent_limit for each row
    when ((old.spent, old.period_started_at) is not distinct from (new.spent, new.period_started_at))
    execute function app_private.touch();

alter table app.payment_order add column limit_period timestamptz;
comment on column app.payment_order.limit_period is
    'The period of the agent''s limit in which the payment is counted; null: in none.';

-- An agent does what its capabilities name; the others open nothing yet.
comment on column app.agent.capabilities is
    'execute_payment: orders may be executed for it. It is asked as an order moves; the others are asked nowhere yet.';

-- A text of the tenant's could name the key of another tenant. Keys of wallets are the server's.
drop trigger audit on app.wallet;
alter table app.wallet drop column key_reference;
create trigger audit after insert or update or delete on app.wallet for each row execute function app_private.audit();

-- Payments that are under way, or were made in the present period, count from now on. Rows of all tenants, without a
-- trace in the audit log: the owner passes the fence while it is not forced, and nobody else does.
alter table app.agent_limit no force row level security;
alter table app.agent_limit disable trigger user;
alter table app.payment_order no force row level security;
alter table app.payment_order disable trigger user;

update app.agent_limit l
   set period_started_at = date_trunc(l.period, now(), 'UTC'),
       spent = coalesce((select sum(coalesce(o.amount_minor, o.amount))
                           from app.payment_order o
                          where o.organization_id = l.organization_id and o.livemode = l.livemode
                            and o.executing_agent_id = l.agent_id
                            and (o.currency = l.currency or o.asset = l.asset)
                            and (o.status = 'processing'
                                 or o.status = 'succeeded' and o.succeeded_at >= date_trunc(l.period, now(), 'UTC'))),
                        0)
 where l.active;
update app.payment_order o
   set limit_period = l.period_started_at
  from app.agent_limit l
 where l.organization_id = o.organization_id and l.livemode = o.livemode and l.agent_id = o.executing_agent_id
   and (l.currency = o.currency or l.asset = o.asset) and l.active and o.status = 'processing';

alter table app.payment_order enable trigger user;
alter table app.payment_order force row level security;
alter table app.agent_limit enable trigger user;
alter table app.agent_limit force row level security;

reset role;
--rollback alter table app.wallet add column key_reference text;
--rollback drop trigger audit on app.wallet;
--rollback create trigger audit after insert or update or delete on app.wallet for each row
--rollback     execute function app_private.audit('key_reference');
--rollback alter table app.payment_order drop column limit_period;
--rollback drop trigger touch on app.agent_limit;
--rollback create trigger touch before update on app.agent_limit for each row execute function app_private.touch();
--rollback alter table app.agent_limit drop constraint agent_limit_spent_check,
--rollback     add constraint agent_limit_check check (spent >= 0 and spent <= per_period) not valid;
