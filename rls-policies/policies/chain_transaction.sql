--liquibase formatted sql

--changeset hedgerow:policies-chain-transaction runOnChange:true splitStatements:false stripComments:false
--comment: People read what was sent to a chain; owners and admins request an action; only the worker acts.
set local role hedgerow_owner;
revoke all on app.chain_transaction from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.chain_transaction to hedgerow_app;
grant update (asked, asked_by) on app.chain_transaction to hedgerow_app;
grant select on app.chain_transaction to hedgerow_worker;
grant insert (organization_id, livemode, id, wallet_id, nonce, payment_attempt_id, asset, amount, recipient, gas_limit
   ) on app.chain_transaction to hedgerow_worker;
grant update (status, review_reason, transaction_hash, block_number, block_hash, fee
   ) on app.chain_transaction to hedgerow_worker;

drop policy if exists fence on app.chain_transaction;
create policy fence on app.chain_transaction as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.chain_transaction;
create policy people_read on app.chain_transaction for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists bosses_ask on app.chain_transaction;
create policy bosses_ask on app.chain_transaction for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin'))
                and status in ('reserved', 'signed', 'mined', 'needs_review'))
    with check ((select app.role() in ('owner', 'admin')) and asked_by = (select app.actor())
                and (asked = 'cancel' and status in ('reserved', 'signed', 'mined')
                     or asked in ('paid', 'not_paid') and status = 'needs_review'));

drop policy if exists worker_reads on app.chain_transaction;
create policy worker_reads on app.chain_transaction for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.chain_transaction;
create policy worker_adds on app.chain_transaction for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_settles on app.chain_transaction;
create policy worker_settles on app.chain_transaction for update to hedgerow_worker
    using      (true)
    with check (true);

-- For app_private.check_attempt_end().
drop policy if exists settlement_reads on app.chain_transaction;
create policy settlement_reads on app.chain_transaction for select to hedgerow_owner
    using (true);
reset role;
--rollback revoke all on app.chain_transaction from hedgerow_app, hedgerow_worker, hedgerow_auth;
