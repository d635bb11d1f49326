--liquibase formatted sql

--changeset hedgerow:policies-subscription runOnChange:true splitStatements:false stripComments:false
--comment: Members manage subscriptions; the worker renews them.
set local role hedgerow_owner;
revoke all on app.subscription from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.subscription to hedgerow_app;
grant insert (organization_id, livemode, id, customer_id, price_id, payment_method_id, quantity, trial_ends_at,
    time_zone, test_clock_id) on app.subscription to hedgerow_app;
grant update (payment_method_id, quantity, status, period_started_at, period_ends_at, cancel_at_period_end, canceled_at,
    anchor_at, anchor_count, billed_until, carried) on app.subscription to hedgerow_app;
grant select on app.subscription to hedgerow_worker;
grant update (status, period_started_at, period_ends_at, canceled_at, anchor_count, billed_until, carried
   ) on app.subscription to hedgerow_worker;

drop policy if exists fence on app.subscription;
create policy fence on app.subscription as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.subscription;
create policy people_read on app.subscription for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists staff_add on app.subscription;
create policy staff_add on app.subscription for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists staff_update on app.subscription;
create policy staff_update on app.subscription for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member')))
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists worker_reads on app.subscription;
create policy worker_reads on app.subscription for select to hedgerow_worker
    using (true);

drop policy if exists worker_renews on app.subscription;
create policy worker_renews on app.subscription for update to hedgerow_worker
    using      (true)
    with check (true);
reset role;
--rollback revoke all on app.subscription from hedgerow_app, hedgerow_worker, hedgerow_auth;
