--liquibase formatted sql

--changeset hedgerow:policies-test-clock runOnChange:true splitStatements:false stripComments:false
--comment: Members make and advance clocks; the worker reports when what was due is done.
set local role hedgerow_owner;
revoke all on app.test_clock from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.test_clock to hedgerow_app;
grant insert (organization_id, livemode, id, name, now_at) on app.test_clock to hedgerow_app;
grant update (now_at, status) on app.test_clock to hedgerow_app;
grant select on app.test_clock to hedgerow_worker;
grant update (status) on app.test_clock to hedgerow_worker;

drop policy if exists fence on app.test_clock;
create policy fence on app.test_clock as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists people_read on app.test_clock;
create policy people_read on app.test_clock for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists staff_add on app.test_clock;
create policy staff_add on app.test_clock for insert to hedgerow_app
    with check ((select app.role() in ('owner', 'admin', 'member')));

drop policy if exists staff_advance on app.test_clock;
create policy staff_advance on app.test_clock for update to hedgerow_app
    using      ((select app.role() in ('owner', 'admin', 'member')))
    with check ((select app.role() in ('owner', 'admin', 'member')) and status = 'advancing');

drop policy if exists worker_reads on app.test_clock;
create policy worker_reads on app.test_clock for select to hedgerow_worker
    using (true);

drop policy if exists worker_reports on app.test_clock;
create policy worker_reports on app.test_clock for update to hedgerow_worker
    using      (status = 'advancing')
    with check (status = 'ready');
reset role;
--rollback revoke all on app.test_clock from hedgerow_app, hedgerow_worker;
