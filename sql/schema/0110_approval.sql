--liquibase formatted sql

--changeset hedgerow:0110-approval splitStatements:false stripComments:false
--comment: What a second person must agree to.
set local role hedgerow_owner;

create table app.approval (
    organization_id  uuid        not null references app.organization on delete restrict,
    livemode         boolean     not null,
    id               uuid        not null default app.uuidv7(),
    payment_order_id uuid        not null,
    agent_id         uuid,
    reason           text        not null check (length(reason) between 1 and 1000),
    status           text        not null default 'pending'
                                 check (status in ('pending', 'approved', 'rejected', 'expired')),
    requested_by     text        not null check (length(requested_by) <= 128),
    decided_by       text        check (length(decided_by) <= 128),
    decided_at       timestamptz,
    decision_note    text        check (length(decision_note) <= 1000),
    expires_at       timestamptz not null,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    version          integer     not null default 1,
    primary key (organization_id, livemode, id),
    foreign key (organization_id, livemode, payment_order_id) references app.payment_order on delete restrict,
    foreign key (organization_id, livemode, agent_id) references app.agent on delete restrict,
    check (decided_by <> requested_by),
    check (decided_by like 'user:%'),
    check (num_nonnulls(decided_by, decided_at) = case when status in ('approved', 'rejected') then 2 else 0 end),
    check (expires_at > created_at)
);
create index approval_page on app.approval (organization_id, livemode, created_at desc, id desc);
create index approval_order on app.approval (organization_id, livemode, payment_order_id);
create index approval_agent on app.approval (organization_id, livemode, agent_id);
create unique index approval_pending on app.approval (organization_id, livemode, payment_order_id)
    where status = 'pending';
alter table app.approval enable row level security;
alter table app.approval force row level security;
create trigger touch before update on app.approval for each row execute function app_private.touch();
create trigger audit after insert or update or delete on app.approval for each row
    execute function app_private.audit();
create trigger transitions before insert or update on app.approval for each row
    execute function app_private.check_transition('status', ':pending', 'pending:approved', 'pending:rejected',
                                                  'pending:expired');
comment on table app.approval is 'A payment above a limit waits for a person who did not ask for it.';

-- Whoever may change the state of an order, or give it to another agent, passes neither the limits of the agent nor the
-- approval. Reads as hedgerow_owner, inside the fence.
create function app_private.check_execution() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    bound  app.agent_limit;
    amount numeric := coalesce(new.amount_minor, new.amount);
begin
    if new.executing_agent_id is not null then
        select * into bound
          from app.agent_limit l
         where l.organization_id = new.organization_id
           and l.livemode = new.livemode
           and l.agent_id = new.executing_agent_id
           and (l.currency = new.currency or l.asset = new.asset)
           and l.active;
        if not found or amount > bound.per_payment
           or bound.allowed_recipients <> '{}' and new.recipient_address = any (bound.allowed_recipients) is not true
           or bound.allowed_chains <> '{}'
              and not exists (select from app.asset s where s.code = new.asset and s.chain = any (bound.allowed_chains))
        then
            raise exception 'this payment is beyond the limits of its agent'
                using errcode = '23514', table = 'payment_order', constraint = 'payment_order_within_limit';
        end if;
    end if;
    if (old.status = 'requires_approval' or amount > bound.requires_approval_above)
       and not exists (select from app.approval a
                        where a.organization_id = new.organization_id
                          and a.livemode = new.livemode
                          and a.payment_order_id = new.id
                          and a.agent_id is not distinct from new.executing_agent_id
                          and a.status = 'approved') then
        raise exception 'this payment has not been approved'
            using errcode = '23514', table = 'payment_order', constraint = 'payment_order_approved';
    end if;
    return new;
end
$$;
create trigger execution before update of status, executing_agent_id on app.payment_order
    for each row when (new.status in ('requires_execution', 'processing')
                       and (old.status, old.executing_agent_id) is distinct from (new.status, new.executing_agent_id))
    execute function app_private.check_execution();

reset role;
--rollback drop trigger execution on app.payment_order;
--rollback drop function app_private.check_execution();
--rollback drop table app.approval;
