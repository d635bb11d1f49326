--liquibase formatted sql

--changeset hedgerow:policies-provider-transaction runOnChange:true splitStatements:false stripComments:false
--comment: People read what providers did; only the worker writes it.
set local role hedgerow_owner;
revoke all on app.provider_transaction from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.provider_transaction to hedgerow_app;
grant select on app.provider_transaction to hedgerow_worker;
grant insert (organization_id, livemode, id, provider, external_id, payment_order_id, payment_attempt_id, refund_id,
    currency, amount_minor, asset, amount, transaction_hash, block_number, status, raw
   ) on app.provider_transaction to hedgerow_worker;
grant update (transaction_hash, block_number, status, raw) on app.provider_transaction to hedgerow_worker;

drop policy if exists fence on app.provider_transaction;
create policy fence on app.provider_transaction as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.provider_transaction;
create policy people_read on app.provider_transaction for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists worker_reads on app.provider_transaction;
create policy worker_reads on app.provider_transaction for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.provider_transaction;
create policy worker_adds on app.provider_transaction for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_updates on app.provider_transaction;
create policy worker_updates on app.provider_transaction for update to hedgerow_worker
    using      (true)
    with check (true);
reset role;
--rollback revoke all on app.provider_transaction from hedgerow_app, hedgerow_worker, hedgerow_auth;
