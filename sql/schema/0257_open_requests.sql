--liquibase formatted sql

--changeset hedgerow:0257-open-requests splitStatements:false stripComments:false
--comment: Who is asked for a payment from a wallet holds no link: the first who pays takes its last use.
set local role hedgerow_owner;

-- The orders of older requests took a use when they were made.
alter table app.deposit_request add column takes_use boolean not null default false;
alter table app.deposit_request alter column takes_use set default true;
comment on column app.deposit_request.takes_use is
    'Whether its order takes a use of the link when it is paid; otherwise it did when it was made.';

alter table app.deposit
    drop constraint deposit_review_reason_check,
    add constraint deposit_review_reason_check
        check (review_reason in ('unexpected', 'before_request', 'late', 'paid_twice', 'order_closed', 'refused',
                                 'link_used_up'));

-- For what removes sessions that have ended.
create index checkout_ended on app.checkout (organization_id, livemode, updated_at)
    where updated_at is not null and next_try_at is null;

reset role;
--rollback drop index app.checkout_ended;
--rollback alter table app.deposit
--rollback     drop constraint deposit_review_reason_check,
--rollback     add constraint deposit_review_reason_check
--rollback         check (review_reason in ('unexpected', 'before_request', 'late', 'paid_twice', 'order_closed',
--rollback                                  'refused'));
--rollback alter table app.deposit_request drop column takes_use;
