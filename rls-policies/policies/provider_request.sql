--liquibase formatted sql

--changeset hedgerow:policies-provider-request runOnChange:true splitStatements:false stripComments:false
--comment: People read requests, without what is charged; owners and admins decide reviews; only the worker acts.
set local role hedgerow_owner;
revoke all on app.provider_request from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (organization_id, livemode, id, kind, payment_order_id, payment_attempt_id, refund_id, provider,
    provider_credential_id, currency, amount_minor, fee_minor, status, external_id, error_code, review_reason, asked,
    asked_by, tries, first_sent_at, next_try_at, created_at, updated_at, version
   ) on app.provider_request to hedgerow_app;
grant update (asked, asked_by, next_try_at) on app.provider_request to hedgerow_app;
grant select on app.provider_request to hedgerow_worker;
grant insert (organization_id, livemode, id, kind, payment_order_id, payment_attempt_id, refund_id, provider,
    provider_credential_id, idempotency_key, instrument, currency, amount_minor
   ) on app.provider_request to hedgerow_worker;
grant update (status, external_id, error_code, review_reason, fee_minor, tries, first_sent_at, next_try_at
   ) on app.provider_request to hedgerow_worker;

drop policy if exists fence on app.provider_request;
create policy fence on app.provider_request as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.provider_request;
create policy people_read on app.provider_request for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists bosses_ask on app.provider_request;
create policy bosses_ask on app.provider_request for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin')) and status = 'needs_review')
    with check ((select app.role() in ('owner', 'admin')) and status = 'needs_review'
                and asked_by = (select app.actor()));

drop policy if exists worker_reads on app.provider_request;
create policy worker_reads on app.provider_request for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.provider_request;
create policy worker_adds on app.provider_request for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_settles on app.provider_request;
create policy worker_settles on app.provider_request for update to hedgerow_worker
    using      (true)
    with check (true);

-- app_private.check_attempt_end() and check_refund_end().
drop policy if exists settlement_reads on app.provider_request;
create policy settlement_reads on app.provider_request for select to hedgerow_owner
    using (true);
reset role;
--rollback revoke all on app.provider_request from hedgerow_app, hedgerow_worker, hedgerow_auth;
