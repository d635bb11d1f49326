--liquibase formatted sql

--changeset hedgerow:policies-webhook-delivery runOnChange:true splitStatements:false stripComments:false
--comment: Members see how deliveries went, and ask for another attempt; the worker creates them.
set local role hedgerow_owner;
revoke all on app.webhook_delivery from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.webhook_delivery to hedgerow_app;
grant update (status, next_attempt_at) on app.webhook_delivery to hedgerow_app;
grant select on app.webhook_delivery to hedgerow_worker;
grant insert (organization_id, livemode, id, webhook_endpoint_id, outbox_event_id, next_attempt_at
   ) on app.webhook_delivery to hedgerow_worker;
grant update (status, attempts, next_attempt_at, response_status, last_error, delivered_at
   ) on app.webhook_delivery to hedgerow_worker;
grant delete on app.webhook_delivery to hedgerow_worker;

drop policy if exists fence on app.webhook_delivery;
create policy fence on app.webhook_delivery as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists staff_read on app.webhook_delivery;
create policy staff_read on app.webhook_delivery for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists staff_retry on app.webhook_delivery;
create policy staff_retry on app.webhook_delivery for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member')) and status in ('failed', 'abandoned'))
    with check ((select app.role() in ('owner', 'admin', 'member')) and status = 'pending');

drop policy if exists worker_reads on app.webhook_delivery;
create policy worker_reads on app.webhook_delivery for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.webhook_delivery;
create policy worker_adds on app.webhook_delivery for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_updates on app.webhook_delivery;
create policy worker_updates on app.webhook_delivery for update to hedgerow_worker
    using      (true)
    with check (true);

drop policy if exists worker_removes on app.webhook_delivery;
create policy worker_removes on app.webhook_delivery for delete to hedgerow_worker
    using (true);
reset role;
--rollback revoke all on app.webhook_delivery from hedgerow_app, hedgerow_worker, hedgerow_auth;
