--liquibase formatted sql

--changeset hedgerow:policies-organization runOnChange:true splitStatements:false stripComments:false
--comment: Members read their tenant; owners and admins manage it; only sign-up creates one.
set local role hedgerow_owner;
revoke all on app.organization from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.organization to hedgerow_app;
grant update (name, legal_name, country, default_currency, settings, status) on app.organization to hedgerow_app;
grant select on app.organization to hedgerow_worker;
grant insert on app.organization to hedgerow_auth;
grant select (id, slug, name, status) on app.organization to hedgerow_auth;

drop policy if exists fence on app.organization;
create policy fence on app.organization as restrictive for all to public
    using      (id = (select app.organization_id()))
    with check (id = (select app.organization_id()));

drop policy if exists people_read on app.organization;
create policy people_read on app.organization for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists owner_updates on app.organization;
create policy owner_updates on app.organization for update to hedgerow_app
    using      ((select app.role()) = 'owner')
    with check ((select app.role()) = 'owner');

-- An admin can neither suspend nor close it.
drop policy if exists admin_updates on app.organization;
create policy admin_updates on app.organization for update to hedgerow_app
    using      ((select app.role()) = 'admin' and status = 'active')
    with check ((select app.role()) = 'admin' and status = 'active');

drop policy if exists worker_reads on app.organization;
create policy worker_reads on app.organization for select to hedgerow_worker
    using (true);

-- For app.create_organization(), which binds the new tenant first.
drop policy if exists sign_up_adds on app.organization;
create policy sign_up_adds on app.organization for insert to hedgerow_auth
    with check (true);

-- For app.organizations_of(), one tenant after another.
drop policy if exists sign_in_reads on app.organization;
create policy sign_in_reads on app.organization for select to hedgerow_auth
    using (true);

-- For app_private.suspend_tenant() and app_private.reinstate_tenant().
drop policy if exists operator_reads on app.organization;
create policy operator_reads on app.organization for select to hedgerow_owner
    using ((select app.actor()) = 'system:operator');

drop policy if exists operator_suspends on app.organization;
create policy operator_suspends on app.organization for update to hedgerow_owner
    using      ((select app.actor()) = 'system:operator')
    with check ((select app.actor()) = 'system:operator');

-- For app_private.check_payment().
drop policy if exists payment_check_reads on app.organization;
create policy payment_check_reads on app.organization for select to hedgerow_owner
    using (true);

-- No delete policy on purpose: an organization is closed, never deleted.
reset role;
--rollback revoke all on app.organization from hedgerow_app, hedgerow_worker, hedgerow_auth;
