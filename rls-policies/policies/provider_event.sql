--liquibase formatted sql

--changeset hedgerow:policies-provider-event runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins read what providers sent; only the worker writes it.
set local role hedgerow_owner;
revoke all on app.provider_event from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.provider_event to hedgerow_app;
grant select on app.provider_event to hedgerow_worker;
grant insert (organization_id, livemode, id, provider, external_id, type, payload, signature_verified, received_at
   ) on app.provider_event to hedgerow_worker;
grant update (status, processed_at) on app.provider_event to hedgerow_worker;

drop policy if exists fence on app.provider_event;
create policy fence on app.provider_event as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists bosses_read on app.provider_event;
create policy bosses_read on app.provider_event for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin')));

drop policy if exists worker_reads on app.provider_event;
create policy worker_reads on app.provider_event for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.provider_event;
create policy worker_adds on app.provider_event for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_updates on app.provider_event;
create policy worker_updates on app.provider_event for update to hedgerow_worker
    using      (true)
    with check (true);
reset role;
--rollback revoke all on app.provider_event from hedgerow_app, hedgerow_worker, hedgerow_auth;
