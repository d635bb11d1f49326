--liquibase formatted sql

--changeset hedgerow:policies-approval runOnChange:true splitStatements:false stripComments:false
--comment: Staff and agents request approval; an owner or admin decides in person, unless they initiated it.
set local role hedgerow_owner;
revoke all on app.approval from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.approval to hedgerow_app;
grant insert (organization_id, livemode, id, payment_order_id, agent_id, reason, requested_by, expires_at
   ) on app.approval to hedgerow_app;
grant update (status, decided_by, decided_at, decision_note) on app.approval to hedgerow_app;
grant select on app.approval to hedgerow_worker;
grant update (status, announced_at) on app.approval to hedgerow_worker;

drop policy if exists fence on app.approval;
create policy fence on app.approval as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.approval;
create policy people_read on app.approval for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists agent_reads_its_own on app.approval;
create policy agent_reads_its_own on app.approval for select to hedgerow_app
    using ((select app.role()) = 'agent' and agent_id = (select app.agent_id()));

drop policy if exists staff_ask on app.approval;
create policy staff_ask on app.approval for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')) and requested_by = (select app.actor()));

drop policy if exists agent_asks on app.approval;
create policy agent_asks on app.approval for insert to hedgerow_app
    with check ((select app.role()) = 'agent' and agent_id = (select app.agent_id())
                and requested_by = (select app.actor()));

-- A key is not a second person; neither is a person behind the order or the request.
drop policy if exists bosses_decide on app.approval;
create policy bosses_decide on app.approval for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin')) and (select app.user_id()) is not null
                and status = 'pending' and expires_at > now() and (select app.actor()) <> all (initiators))
    with check ((select app.role() in ('owner', 'admin')) and (select app.user_id()) is not null
                and decided_by = (select app.actor()) and status in ('approved', 'rejected')
                and (select app.actor()) <> all (initiators));

drop policy if exists worker_reads on app.approval;
create policy worker_reads on app.approval for select to hedgerow_worker
    using (true);

drop policy if exists worker_expires on app.approval;
create policy worker_expires on app.approval for update to hedgerow_worker
    using      (status = 'pending' and expires_at <= now())
    with check (status = 'expired' and expires_at <= now());

drop policy if exists worker_announces on app.approval;
create policy worker_announces on app.approval for update to hedgerow_worker
    using      (status = 'pending' and expires_at > now())
    with check (status = 'pending');

-- For app_private.check_execution() and app_private.order_confirmed().
drop policy if exists order_check_reads on app.approval;
create policy order_check_reads on app.approval for select to hedgerow_owner
    using (true);
reset role;
--rollback revoke all on app.approval from hedgerow_app, hedgerow_worker, hedgerow_auth;
