--liquibase formatted sql

--changeset hedgerow:policies-subscription-period runOnChange:true splitStatements:false stripComments:false
--comment: The worker makes periods; people read them.
set local role hedgerow_owner;
revoke all on app.subscription_period from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.subscription_period to hedgerow_app;
grant select on app.subscription_period to hedgerow_worker;
grant insert (organization_id, livemode, id, subscription_id, number, kind, started_at, ended_at, follows, amount
   ) on app.subscription_period to hedgerow_worker;
grant update (tries, next_try_at, outcome) on app.subscription_period to hedgerow_worker;

drop policy if exists fence on app.subscription_period;
create policy fence on app.subscription_period as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.subscription_period;
create policy people_read on app.subscription_period for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists worker_reads on app.subscription_period;
create policy worker_reads on app.subscription_period for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.subscription_period;
create policy worker_adds on app.subscription_period for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_retries on app.subscription_period;
create policy worker_retries on app.subscription_period for update to hedgerow_worker
    using      (kind = 'paid')
    with check (kind = 'paid');

-- For app_private.note_outcome().
drop policy if exists order_end_reads on app.subscription_period;
create policy order_end_reads on app.subscription_period for select to hedgerow_owner
    using (true);

drop policy if exists order_end_notes on app.subscription_period;
create policy order_end_notes on app.subscription_period for update to hedgerow_owner
    using      (kind = 'paid')
    with check (kind = 'paid');
reset role;
--rollback revoke all on app.subscription_period from hedgerow_app, hedgerow_worker;
