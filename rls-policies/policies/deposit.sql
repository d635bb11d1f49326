--liquibase formatted sql

--changeset hedgerow:policies-deposit runOnChange:true splitStatements:false stripComments:false
--comment: People read what arrived; only the worker records and settles it.
set local role hedgerow_owner;
revoke all on app.deposit from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.deposit to hedgerow_app;
grant select on app.deposit to hedgerow_worker;
grant insert (organization_id, livemode, id, asset, recipient, sender, amount, transaction_hash, log_index,
    block_number, block_hash, block_time) on app.deposit to hedgerow_worker;
grant update (status, review_reason, payment_order_id) on app.deposit to hedgerow_worker;

drop policy if exists fence on app.deposit;
create policy fence on app.deposit as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.deposit;
create policy people_read on app.deposit for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists worker_reads on app.deposit;
create policy worker_reads on app.deposit for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.deposit;
create policy worker_adds on app.deposit for insert to hedgerow_worker
    with check (true);

-- What is settled or under review stays so.
drop policy if exists worker_settles on app.deposit;
create policy worker_settles on app.deposit for update to hedgerow_worker
    using      (status = 'received')
    with check (status in ('settled', 'needs_review'));
reset role;
--rollback revoke all on app.deposit from hedgerow_app, hedgerow_worker;
