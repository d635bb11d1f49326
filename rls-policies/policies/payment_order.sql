--liquibase formatted sql

--changeset hedgerow:policies-payment-order runOnChange:true splitStatements:false stripComments:false
--comment: Members create, confirm and cancel orders; an agent reads its own; the worker executes and settles them.
set local role hedgerow_owner;
revoke all on app.payment_order from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.payment_order to hedgerow_app;
grant insert (organization_id, livemode, id, customer_id, payment_link_id, subscription_id, price_id,
    payment_method_id, executing_agent_id, quantity, currency, amount_minor, asset, amount, recipient_address,
    description, metadata, expires_at, purchase_id, created_by) on app.payment_order to hedgerow_app;
grant update (executing_agent_id, description, metadata, status) on app.payment_order to hedgerow_app;
grant select on app.payment_order to hedgerow_worker;
grant insert (organization_id, livemode, id, customer_id, payment_link_id, subscription_id, price_id,
    payment_method_id, executing_agent_id, quantity, currency, amount_minor, asset, amount, recipient_address,
    description, metadata, expires_at, subscription_period_id, created_by) on app.payment_order to hedgerow_worker;
grant update (status, succeeded_at, waiting_for, next_try_at) on app.payment_order to hedgerow_worker;

drop policy if exists fence on app.payment_order;
create policy fence on app.payment_order as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.payment_order;
create policy people_read on app.payment_order for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists agent_reads_its_own on app.payment_order;
create policy agent_reads_its_own on app.payment_order for select to hedgerow_app
    using ((select app.role()) = 'agent' and executing_agent_id = (select app.agent_id()));

drop policy if exists staff_add on app.payment_order;
create policy staff_add on app.payment_order for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')) and created_by = (select app.actor()));

-- From processing on, only the worker changes an order.
drop policy if exists staff_update on app.payment_order;
create policy staff_update on app.payment_order for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member'))
                and status in ('requires_confirmation', 'requires_approval', 'requires_execution'))
    with check ((select app.role() in ('owner', 'admin', 'member'))
                and status in ('requires_confirmation', 'requires_approval', 'requires_execution', 'canceled'));

-- For itself; app_private.check_maker() asks for the capability create_order.
drop policy if exists agent_adds_its_own on app.payment_order;
create policy agent_adds_its_own on app.payment_order for insert to hedgerow_app
    with check ((select app.role()) = 'agent' and executing_agent_id = (select app.agent_id())
                and created_by = (select app.actor()));

-- Forwards, from its first state: an agent that could move an order back could get it paid twice.
drop policy if exists agent_moves_its_own on app.payment_order;
drop policy if exists agent_confirms_its_own on app.payment_order;
create policy agent_confirms_its_own on app.payment_order for update to hedgerow_app
    using      ((select app.role()) = 'agent' and executing_agent_id = (select app.agent_id())
                and created_by = (select app.actor()) and status = 'requires_confirmation')
    with check ((select app.role()) = 'agent' and executing_agent_id = (select app.agent_id())
                and created_by = (select app.actor()) and status in ('requires_approval', 'requires_execution'));

drop policy if exists worker_reads on app.payment_order;
create policy worker_reads on app.payment_order for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.payment_order;
create policy worker_adds on app.payment_order for insert to hedgerow_worker
    with check (created_by = (select app.actor()));

drop policy if exists worker_settles on app.payment_order;
create policy worker_settles on app.payment_order for update to hedgerow_worker
    using      (true)
    with check (true);

-- For app_private.reserve_refund(), check_attempt(), check_settlement() and check_agent_log().
drop policy if exists checks_read on app.payment_order;
create policy checks_read on app.payment_order for select to hedgerow_owner
    using (true);

drop policy if exists refund_reserves on app.payment_order;
create policy refund_reserves on app.payment_order for update to hedgerow_owner
    using      (status = 'succeeded')
    with check (status = 'succeeded');

-- app_private.check_settlement() locks the order and changes nothing.
drop policy if exists settlement_locks on app.payment_order;
create policy settlement_locks on app.payment_order for update to hedgerow_owner
    using      (status in ('requires_execution', 'processing'))
    with check (false);
reset role;
--rollback revoke all on app.payment_order from hedgerow_app, hedgerow_worker, hedgerow_auth;
