--liquibase formatted sql

--changeset hedgerow:policies-deposit-request runOnChange:true splitStatements:false stripComments:false
--comment: Only the worker makes requests, for strangers, and releases their amounts.
set local role hedgerow_owner;
revoke all on app.deposit_request from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.deposit_request to hedgerow_worker;
grant insert (organization_id, livemode, id, payment_order_id, asset, recipient, amount, from_block, expires_at
   ) on app.deposit_request to hedgerow_worker;
grant update (status) on app.deposit_request to hedgerow_worker;

drop policy if exists fence on app.deposit_request;
create policy fence on app.deposit_request as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists worker_reads on app.deposit_request;
create policy worker_reads on app.deposit_request for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.deposit_request;
create policy worker_adds on app.deposit_request for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_ends on app.deposit_request;
create policy worker_ends on app.deposit_request for update to hedgerow_worker
    using      (status in ('open', 'held'))
    with check (status in ('held', 'released'));

-- For app_private.check_deposit() and app_private.use_link().
drop policy if exists settlement_reads on app.deposit_request;
create policy settlement_reads on app.deposit_request for select to hedgerow_owner
    using (true);
reset role;
--rollback revoke all on app.deposit_request from hedgerow_app, hedgerow_worker;
