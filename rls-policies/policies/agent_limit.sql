--liquibase formatted sql

--changeset hedgerow:policies-agent-limit runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins set limits, the move of an order counts the amount spent, an agent sees its own.
set local role hedgerow_owner;
revoke all on app.agent_limit from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.agent_limit to hedgerow_app;
grant insert (organization_id, livemode, id, agent_id, asset, currency, per_payment, per_period, period,
    requires_approval_above, allowed_chains, allowed_recipients, starts_at, ends_at, created_by
   ) on app.agent_limit to hedgerow_app;
grant update (per_payment, per_period, requires_approval_above, allowed_chains, allowed_recipients, active, ends_at
   ) on app.agent_limit to hedgerow_app;
grant select on app.agent_limit to hedgerow_worker;

drop policy if exists fence on app.agent_limit;
create policy fence on app.agent_limit as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.agent_limit;
create policy people_read on app.agent_limit for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists agent_reads_its_own on app.agent_limit;
create policy agent_reads_its_own on app.agent_limit for select to hedgerow_app
    using ((select app.role()) = 'agent' and agent_id = (select app.agent_id()));

drop policy if exists bosses_add on app.agent_limit;
create policy bosses_add on app.agent_limit for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin')) and created_by = (select app.actor()));

drop policy if exists bosses_update on app.agent_limit;
create policy bosses_update on app.agent_limit for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin')))
    with check ((select app.role() in ('owner', 'admin')));

drop policy if exists worker_reads on app.agent_limit;
create policy worker_reads on app.agent_limit for select to hedgerow_worker
    using (true);

drop policy if exists worker_counts on app.agent_limit;

-- For app_private.limit_of(), count_payment() and give_back().
drop policy if exists order_check_reads on app.agent_limit;
create policy order_check_reads on app.agent_limit for select to hedgerow_owner
    using (true);

drop policy if exists order_check_counts on app.agent_limit;
create policy order_check_counts on app.agent_limit for update to hedgerow_owner
    using      (active)
    with check (active);
reset role;
--rollback revoke all on app.agent_limit from hedgerow_app, hedgerow_worker, hedgerow_auth;
