--liquibase formatted sql

--changeset hedgerow:policies-payment-attempt runOnChange:true splitStatements:false stripComments:false
--comment: People read attempts, an agent its own; only the worker makes and settles them.
set local role hedgerow_owner;
revoke all on app.payment_attempt from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.payment_attempt to hedgerow_app;
grant select on app.payment_attempt to hedgerow_worker;
grant insert (organization_id, livemode, id, payment_order_id, number, provider, agent_id, wallet_id
   ) on app.payment_attempt to hedgerow_worker;
grant update (status, transaction_hash, error_code, error_message) on app.payment_attempt to hedgerow_worker;

drop policy if exists fence on app.payment_attempt;
create policy fence on app.payment_attempt as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.payment_attempt;
create policy people_read on app.payment_attempt for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists agent_reads_its_own on app.payment_attempt;
create policy agent_reads_its_own on app.payment_attempt for select to hedgerow_app
    using ((select app.role()) = 'agent' and agent_id = (select app.agent_id()));

-- An agent requests a payment. It neither attempts it nor reports the outcome: ending an attempt that may still pay
-- would get the order paid twice.
drop policy if exists agent_adds_its_own on app.payment_attempt;
drop policy if exists agent_updates_its_own on app.payment_attempt;

drop policy if exists worker_reads on app.payment_attempt;
create policy worker_reads on app.payment_attempt for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.payment_attempt;
create policy worker_adds on app.payment_attempt for insert to hedgerow_worker
    with check (true);

drop policy if exists worker_settles on app.payment_attempt;
create policy worker_settles on app.payment_attempt for update to hedgerow_worker
    using      (true)
    with check (true);

-- For app_private.check_settlement().
drop policy if exists settlement_reads on app.payment_attempt;
create policy settlement_reads on app.payment_attempt for select to hedgerow_owner
    using (true);
reset role;
--rollback revoke all on app.payment_attempt from hedgerow_app, hedgerow_worker, hedgerow_auth;
