--liquibase formatted sql

--changeset hedgerow:policies-refund runOnChange:true splitStatements:false stripComments:false
--comment: Members request refunds and cancel requests; the worker executes them.
set local role hedgerow_owner;
revoke all on app.refund from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.refund to hedgerow_app;
grant insert (organization_id, livemode, id, payment_order_id, currency, amount_minor, asset, amount, reason, note,
    created_by) on app.refund to hedgerow_app;
grant update (status) on app.refund to hedgerow_app;
grant select on app.refund to hedgerow_worker;
grant update (status, failure_code) on app.refund to hedgerow_worker;

drop policy if exists fence on app.refund;
create policy fence on app.refund as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.refund;
create policy people_read on app.refund for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists staff_ask on app.refund;
create policy staff_ask on app.refund for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')) and created_by = (select app.actor()));

drop policy if exists staff_cancel on app.refund;
create policy staff_cancel on app.refund for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member')) and status = 'requested')
    with check ((select app.role() in ('owner', 'admin', 'member')) and status = 'canceled');

drop policy if exists worker_reads on app.refund;
create policy worker_reads on app.refund for select to hedgerow_worker
    using (true);

drop policy if exists worker_settles on app.refund;
create policy worker_settles on app.refund for update to hedgerow_worker
    using      (true)
    with check (true);
reset role;
--rollback revoke all on app.refund from hedgerow_app, hedgerow_worker, hedgerow_auth;
