--liquibase formatted sql

--changeset hedgerow:policies-payment-link runOnChange:true splitStatements:false stripComments:false
--comment: Members manage links; an agent sees those that it executes; the worker closes them; orders count their uses.
set local role hedgerow_owner;
revoke all on app.payment_link from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.payment_link to hedgerow_app;
grant insert (organization_id, livemode, id, token, price_id, quantity, executing_agent_id, recipient_address,
    description, max_uses, expires_at, created_by) on app.payment_link to hedgerow_app;
grant update (executing_agent_id, description, max_uses, status, expires_at) on app.payment_link to hedgerow_app;
grant select on app.payment_link to hedgerow_worker;
grant update (status) on app.payment_link to hedgerow_worker;

drop policy if exists fence on app.payment_link;
create policy fence on app.payment_link as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.payment_link;
create policy people_read on app.payment_link for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists agent_reads_its_own on app.payment_link;
create policy agent_reads_its_own on app.payment_link for select to hedgerow_app
    using ((select app.role()) = 'agent' and executing_agent_id = (select app.agent_id()));

drop policy if exists staff_add on app.payment_link;
create policy staff_add on app.payment_link for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')) and created_by = (select app.actor()));

drop policy if exists staff_update on app.payment_link;
create policy staff_update on app.payment_link for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member')))
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists worker_reads on app.payment_link;
create policy worker_reads on app.payment_link for select to hedgerow_worker
    using (true);

drop policy if exists worker_counts on app.payment_link;
drop policy if exists worker_closes on app.payment_link;
create policy worker_closes on app.payment_link for update to hedgerow_worker
    using      (true)
    with check (true);

-- For app_private.use_link().
drop policy if exists order_check_reads on app.payment_link;
create policy order_check_reads on app.payment_link for select to hedgerow_owner
    using (true);

drop policy if exists order_uses on app.payment_link;
create policy order_uses on app.payment_link for update to hedgerow_owner
    using      (true)
    with check (true);
reset role;
--rollback revoke all on app.payment_link from hedgerow_app, hedgerow_worker, hedgerow_auth;
