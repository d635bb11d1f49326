--liquibase formatted sql

--changeset hedgerow:policies-membership runOnChange:true splitStatements:false stripComments:false
--comment: Members see each other. Owners manage everyone, admins everyone but owners and themselves; anyone may leave.
set local role hedgerow_owner;
revoke all on app.membership from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.membership to hedgerow_app;
grant update (role, permissions, status, display_name, email) on app.membership to hedgerow_app;
grant delete on app.membership to hedgerow_app;
grant select (organization_id, user_id, role, status, email) on app.membership to hedgerow_worker;
grant insert on app.membership to hedgerow_auth;

drop policy if exists fence on app.membership;
create policy fence on app.membership as restrictive for all to public
    using      (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

drop policy if exists people_read on app.membership;
create policy people_read on app.membership for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')));

drop policy if exists owner_updates on app.membership;
create policy owner_updates on app.membership for update to hedgerow_app
    using      ((select app.role()) = 'owner')
    with check ((select app.role()) = 'owner');

-- No promotion to owner, and none of oneself.
drop policy if exists admin_updates on app.membership;
create policy admin_updates on app.membership for update to hedgerow_app
    using      ((select app.role()) = 'admin' and role <> 'owner'
                and user_id is distinct from (select app.user_id()))
    with check ((select app.role()) = 'admin' and role <> 'owner'
                and user_id is distinct from (select app.user_id()));

drop policy if exists owner_removes on app.membership;
create policy owner_removes on app.membership for delete to hedgerow_app
    using ((select app.role()) = 'owner');

drop policy if exists admin_removes on app.membership;
create policy admin_removes on app.membership for delete to hedgerow_app
    using ((select app.role()) = 'admin' and role <> 'owner');

drop policy if exists anyone_leaves on app.membership;
create policy anyone_leaves on app.membership for delete to hedgerow_app
    using ((select app.role() in ('owner', 'admin', 'member', 'viewer')) and user_id = (select app.user_id()));

-- The people to whom the worker sends the news of an approval.
drop policy if exists worker_reads_bosses on app.membership;
create policy worker_reads_bosses on app.membership for select to hedgerow_worker
    using (role in ('owner', 'admin') and status = 'active');

-- For app.create_organization() and app.accept_invitation().
drop policy if exists sign_in_adds on app.membership;
create policy sign_in_adds on app.membership for insert to hedgerow_auth
    with check (true);

-- app_private.keep_an_owner() must see every owner, and app_private.check_giver() every member who grants
-- something.
drop policy if exists owner_check_reads on app.membership;
create policy owner_check_reads on app.membership for select to hedgerow_owner
    using (true);

-- For SELECT FOR SHARE, which needs an update policy; it changes no row.
drop policy if exists giver_check_locks on app.membership;
create policy giver_check_locks on app.membership for update to hedgerow_owner
    using      (true)
    with check (false);
reset role;
--rollback revoke all on app.membership from hedgerow_app, hedgerow_worker, hedgerow_auth;
