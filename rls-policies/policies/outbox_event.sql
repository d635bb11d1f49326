--liquibase formatted sql

--changeset hedgerow:policies-outbox-event runOnChange:true splitStatements:false stripComments:false
--comment: Whoever changes something writes the event in the same transaction; the worker publishes it.
set local role hedgerow_owner;
revoke all on app.outbox_event from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.outbox_event to hedgerow_app;
grant insert (organization_id, livemode, id, type, subject_type, subject_id, payload
   ) on app.outbox_event to hedgerow_app;
grant select on app.outbox_event to hedgerow_worker;
grant insert (organization_id, livemode, id, type, subject_type, subject_id, payload
   ) on app.outbox_event to hedgerow_worker;
grant update (published_at) on app.outbox_event to hedgerow_worker;
grant delete on app.outbox_event to hedgerow_worker;

drop policy if exists fence on app.outbox_event;
create policy fence on app.outbox_event as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

-- An event carries the row that it is about: whoever may not read the one does not read the other.
drop policy if exists people_read on app.outbox_event;
drop policy if exists bosses_read on app.outbox_event;
create policy bosses_read on app.outbox_event for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin')));

drop policy if exists member_reads on app.outbox_event;
create policy member_reads on app.outbox_event for select to hedgerow_app
    using ((select app.role()) = 'member'
           and subject_type not in ('api_key', 'audit_block', 'audit_log', 'invitation', 'provider_credential',
                                    'provider_event'));

drop policy if exists viewer_reads on app.outbox_event;
create policy viewer_reads on app.outbox_event for select to hedgerow_app
    using ((select app.role()) = 'viewer'
           and subject_type not in ('api_key', 'audit_block', 'audit_log', 'invitation', 'provider_credential',
                                    'provider_event', 'webhook_delivery', 'webhook_endpoint'));

drop policy if exists everyone_adds on app.outbox_event;
create policy everyone_adds on app.outbox_event for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member', 'agent')));

drop policy if exists worker_reads on app.outbox_event;
create policy worker_reads on app.outbox_event for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.outbox_event;
create policy worker_adds on app.outbox_event for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_publishes on app.outbox_event;
create policy worker_publishes on app.outbox_event for update to hedgerow_worker
    using      (true)
    with check (true);

drop policy if exists worker_removes on app.outbox_event;
create policy worker_removes on app.outbox_event for delete to hedgerow_worker
    using (published_at is not null);
reset role;
--rollback revoke all on app.outbox_event from hedgerow_app, hedgerow_worker, hedgerow_auth;
