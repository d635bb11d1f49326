--liquibase formatted sql

--changeset hedgerow:policies-deposit-scan runOnChange:true splitStatements:false stripComments:false
--comment: Only the worker knows and moves the block up to which it has read.
set local role hedgerow_owner;
revoke all on app.deposit_scan from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.deposit_scan to hedgerow_worker;
grant insert (organization_id, livemode, id, chain, recipient, scanned_block) on app.deposit_scan to hedgerow_worker;
grant update (scanned_block, scanned_until, awaited) on app.deposit_scan to hedgerow_worker;

drop policy if exists fence on app.deposit_scan;
create policy fence on app.deposit_scan as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists worker_reads on app.deposit_scan;
create policy worker_reads on app.deposit_scan for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.deposit_scan;
create policy worker_adds on app.deposit_scan for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_moves on app.deposit_scan;
create policy worker_moves on app.deposit_scan for update to hedgerow_worker
    using      (true)
    with check (true);
reset role;
--rollback revoke all on app.deposit_scan from hedgerow_app, hedgerow_worker;
