--liquibase formatted sql

--changeset hedgerow:policies-agent-log runOnChange:true splitStatements:false stripComments:false
--comment: People read what agents did; an agent reads and writes its own entries.
set local role hedgerow_owner;
revoke all on app.agent_log from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.agent_log to hedgerow_app;
grant insert (organization_id, livemode, id, agent_id, payment_order_id, kind, message, data
   ) on app.agent_log to hedgerow_app;
grant select on app.agent_log to hedgerow_worker;
grant insert (organization_id, livemode, id, agent_id, payment_order_id, kind, message, data
   ) on app.agent_log to hedgerow_worker;

drop policy if exists fence on app.agent_log;
create policy fence on app.agent_log as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.agent_log;
create policy people_read on app.agent_log for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists agent_reads_its_own on app.agent_log;
create policy agent_reads_its_own on app.agent_log for select to hedgerow_app
    using ((select app.role()) = 'agent' and agent_id = (select app.agent_id()));

drop policy if exists agent_adds_its_own on app.agent_log;
create policy agent_adds_its_own on app.agent_log for insert to hedgerow_app
    with check ((select app.role()) = 'agent' and agent_id = (select app.agent_id()));

drop policy if exists worker_reads on app.agent_log;
create policy worker_reads on app.agent_log for select to hedgerow_worker
    using (true);

drop policy if exists worker_adds on app.agent_log;
create policy worker_adds on app.agent_log for insert to hedgerow_worker
    with check (true);
reset role;
--rollback revoke all on app.agent_log from hedgerow_app, hedgerow_worker, hedgerow_auth;
