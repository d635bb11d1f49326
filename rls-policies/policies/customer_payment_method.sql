--liquibase formatted sql

--changeset hedgerow:policies-customer-payment-method runOnChange:true splitStatements:false stripComments:false
--comment: Members add and detach payment methods; only the worker reads the token that charges one or expires one.
set local role hedgerow_owner;
revoke all on app.customer_payment_method from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (organization_id, livemode, id, customer_id, kind, provider, brand, last4, expires_month, expires_year,
    chain, wallet_address, status, created_at, updated_at, version) on app.customer_payment_method to hedgerow_app;
grant insert (organization_id, livemode, id, customer_id, kind, provider, provider_token, brand, last4, expires_month,
    expires_year, chain, wallet_address) on app.customer_payment_method to hedgerow_app;
grant update (status) on app.customer_payment_method to hedgerow_app;
grant select on app.customer_payment_method to hedgerow_worker;
grant insert (organization_id, livemode, id, customer_id, kind, provider, provider_token, brand, last4, expires_month,
    expires_year) on app.customer_payment_method to hedgerow_worker;
grant update (status) on app.customer_payment_method to hedgerow_worker;

drop policy if exists fence on app.customer_payment_method;
create policy fence on app.customer_payment_method as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.customer_payment_method;
create policy people_read on app.customer_payment_method for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists staff_add on app.customer_payment_method;
create policy staff_add on app.customer_payment_method for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists staff_update on app.customer_payment_method;
create policy staff_update on app.customer_payment_method for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member')))
    with check ((select app.role() in ('owner', 'admin', 'member')) and status = 'detached');

drop policy if exists worker_reads on app.customer_payment_method;
create policy worker_reads on app.customer_payment_method for select to hedgerow_worker
    using (true);

-- The card of whoever pays by a payment link.
drop policy if exists worker_adds on app.customer_payment_method;
create policy worker_adds on app.customer_payment_method for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_updates on app.customer_payment_method;
create policy worker_updates on app.customer_payment_method for update to hedgerow_worker
    using      (true)
    with check (true);

-- For app_private.check_payment().
drop policy if exists payment_check_reads on app.customer_payment_method;
create policy payment_check_reads on app.customer_payment_method for select to hedgerow_owner
    using (true);
reset role;
--rollback revoke all on app.customer_payment_method from hedgerow_app, hedgerow_worker, hedgerow_auth;
