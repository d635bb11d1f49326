--liquibase formatted sql

--changeset hedgerow:policies-webhook-endpoint runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins manage endpoints; members read them; only the worker reads the signing secret.
set local role hedgerow_owner;
revoke all on app.webhook_endpoint from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (organization_id, livemode, id, url, description, event_types, secret_key_id, status, created_by,
    created_at, updated_at, version) on app.webhook_endpoint to hedgerow_app;
grant insert (organization_id, livemode, id, url, description, event_types, secret_key_id, secret_nonce,
    secret_ciphertext, created_by) on app.webhook_endpoint to hedgerow_app;
grant update (url, description, event_types, secret_key_id, secret_nonce, secret_ciphertext, status
   ) on app.webhook_endpoint to hedgerow_app;
grant delete on app.webhook_endpoint to hedgerow_app;
grant select on app.webhook_endpoint to hedgerow_worker;
grant update (status) on app.webhook_endpoint to hedgerow_worker;

drop policy if exists fence on app.webhook_endpoint;
create policy fence on app.webhook_endpoint as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists staff_read on app.webhook_endpoint;
create policy staff_read on app.webhook_endpoint for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists bosses_add on app.webhook_endpoint;
create policy bosses_add on app.webhook_endpoint for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin')) and created_by = (select app.actor()));

drop policy if exists bosses_update on app.webhook_endpoint;
create policy bosses_update on app.webhook_endpoint for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin')))
    with check ((select app.role() in ('owner', 'admin')));

drop policy if exists bosses_remove on app.webhook_endpoint;
create policy bosses_remove on app.webhook_endpoint for delete to hedgerow_app
    using ((select app.role() in ('owner', 'admin')));

drop policy if exists worker_reads on app.webhook_endpoint;
create policy worker_reads on app.webhook_endpoint for select to hedgerow_worker
    using (true);

-- The worker disables an endpoint that is gone, or has failed for days.
drop policy if exists worker_disables on app.webhook_endpoint;
create policy worker_disables on app.webhook_endpoint for update to hedgerow_worker
    using      (status = 'enabled')
    with check (status = 'disabled');
reset role;
--rollback revoke all on app.webhook_endpoint from hedgerow_app, hedgerow_worker, hedgerow_auth;
