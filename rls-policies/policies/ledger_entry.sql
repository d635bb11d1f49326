--liquibase formatted sql

--changeset hedgerow:policies-ledger-entry runOnChange:true splitStatements:false stripComments:false
--comment: People read the books; only the worker writes them.
set local role hedgerow_owner;
revoke all on app.ledger_entry from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.ledger_entry to hedgerow_app;
grant select on app.ledger_entry to hedgerow_worker;
grant insert (organization_id, livemode, id, transaction_id, account_id, unit, amount, payment_order_id, refund_id,
    payment_attempt_id, deposit_id, posting, description) on app.ledger_entry to hedgerow_worker;

drop policy if exists fence on app.ledger_entry;
create policy fence on app.ledger_entry as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.ledger_entry;
create policy people_read on app.ledger_entry for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists worker_reads on app.ledger_entry;
create policy worker_reads on app.ledger_entry for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.ledger_entry;
create policy worker_adds on app.ledger_entry for insert to hedgerow_worker
    with check (true);

-- app_private.check_balance() must see every entry.
drop policy if exists balance_reads on app.ledger_entry;
create policy balance_reads on app.ledger_entry for select to hedgerow_owner
    using (true);
reset role;
--rollback revoke all on app.ledger_entry from hedgerow_app, hedgerow_worker, hedgerow_auth;
