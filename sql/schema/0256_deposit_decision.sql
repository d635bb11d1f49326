--liquibase formatted sql

--changeset hedgerow:0256-deposit-decision splitStatements:false stripComments:false
--comment: People decide about deposits that need a review; the worker carries that out, and posts it once.
set local role hedgerow_owner;

alter table app.deposit
    add column asked          text check (asked in ('paid', 'kept', 'returned')),
    add column asked_by       text check (length(asked_by) <= 128),
    add column asked_order_id uuid,
    add column note           text check (length(note) between 1 and 1000),
    drop constraint deposit_status_check,
    add constraint deposit_status_check
        check (status in ('received', 'settled', 'needs_review', 'kept', 'returned')),
    drop constraint deposit_check,
    add constraint deposit_review_check
        check (case status when 'received' then review_reason is null
                           when 'settled' then (review_reason is null) = (asked is null)
                           else review_reason is not null end),
    add constraint deposit_decision_check
        check (num_nonnulls(asked, asked_by, note) in (0, 3)
               and (asked is not distinct from 'paid') = (asked_order_id is not null)),
    add constraint deposit_decided_check check (status not in ('received', 'kept', 'returned')
                                                or asked is not distinct from nullif(status, 'received')),
    add constraint deposit_asked_order_fkey foreign key (organization_id, livemode, asked_order_id)
        references app.payment_order on delete restrict;
create index deposit_asked_order on app.deposit (organization_id, livemode, asked_order_id)
    where asked_order_id is not null;
create index deposit_asked on app.deposit (organization_id, livemode, block_number)
    where block_number >= 0 and status = 'needs_review' and asked is not null;
drop trigger transitions on app.deposit;
create trigger transitions before insert or update on app.deposit for each row
    execute function app_private.check_transition('status', ':received', 'received:settled', 'received:needs_review',
        'needs_review:settled', 'needs_review:kept', 'needs_review:returned');
comment on column app.deposit.status is
    'kept: it pays no order, and stays with the tenant; returned: it went back outside of Hedgerow.';
comment on column app.deposit.asked is 'What a person decided about a deposit that needs a review.';
comment on column app.deposit.asked_order_id is 'The order that it pays, as that person decided.';
comment on column app.deposit.note is 'Why that person decided so.';

alter table app.ledger_entry
    add column deposit_id uuid,
    add constraint ledger_entry_deposit_fkey foreign key (organization_id, livemode, deposit_id)
        references app.deposit on delete restrict;
create unique index ledger_entry_deposited_once
    on app.ledger_entry (organization_id, livemode, deposit_id, account_id, (amount > 0))
    where deposit_id is not null;
comment on column app.ledger_entry.deposit_id is
    'What arrived. It debits and credits each account once at most.';

reset role;
--rollback alter table app.ledger_entry drop column deposit_id;
--rollback drop trigger transitions on app.deposit;
--rollback create trigger transitions before insert or update on app.deposit for each row
--rollback     execute function app_private.check_transition('status', ':received', 'received:settled',
--rollback         'received:needs_review');
--rollback drop policy if exists bosses_ask on app.deposit;
--rollback drop policy if exists worker_settles on app.deposit;
--rollback drop index app.deposit_asked, app.deposit_asked_order;
--rollback alter table app.deposit
--rollback     drop constraint deposit_review_check, drop constraint deposit_decision_check,
--rollback     drop constraint deposit_decided_check, drop constraint deposit_status_check,
--rollback     drop column asked, drop column asked_by, drop column asked_order_id, drop column note,
--rollback     add constraint deposit_status_check check (status in ('received', 'settled', 'needs_review')),
--rollback     add constraint deposit_check check ((status = 'needs_review') = (review_reason is not null));
