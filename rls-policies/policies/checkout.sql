--liquibase formatted sql

--changeset hedgerow:policies-checkout runOnChange:true splitStatements:false stripComments:false
--comment: Only the worker keeps sessions of strangers at providers, and ends them.
set local role hedgerow_owner;
revoke all on app.checkout from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.checkout to hedgerow_worker;
grant insert (organization_id, livemode, id, payment_link_id, provider, provider_credential_id, currency,
    amount_minor, message, address) on app.checkout to hedgerow_worker;
grant delete on app.checkout to hedgerow_worker;
grant update (status, external_id, refusal, payment_order_id, next_try_at) on app.checkout to hedgerow_worker;

drop policy if exists fence on app.checkout;
create policy fence on app.checkout as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists worker_reads on app.checkout;
create policy worker_reads on app.checkout for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.checkout;
create policy worker_adds on app.checkout for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_ends on app.checkout;
create policy worker_ends on app.checkout for update to hedgerow_worker
    using      (status in ('prepared', 'open'))
    with check (true);

-- What the worker no longer looks at. One that may still become an order is looked at.
drop policy if exists worker_removes on app.checkout;
create policy worker_removes on app.checkout for delete to hedgerow_worker
    using (next_try_at is null);
reset role;
--rollback revoke all on app.checkout from hedgerow_worker;
