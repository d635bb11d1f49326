--liquibase formatted sql

--changeset hedgerow:policies-invitation runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins invite, to no role above their own. The hash of the token is unreadable.
set local role hedgerow_owner;
revoke all on app.invitation from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (organization_id, id, email, role, status, invited_by, invited_by_person, expires_at, accepted_by,
    accepted_at, created_at, updated_at, version) on app.invitation to hedgerow_app;
grant insert (organization_id, id, email, role, token_hash, invited_by, expires_at) on app.invitation to hedgerow_app;
grant update (status) on app.invitation to hedgerow_app;
grant select (organization_id, id, email, role, status, expires_at) on app.invitation to hedgerow_worker;
grant update (status) on app.invitation to hedgerow_worker;
grant select (organization_id, id, status, invited_by, invited_by_person) on app.invitation to hedgerow_auth;
grant update (status, accepted_by, accepted_at) on app.invitation to hedgerow_auth;

drop policy if exists fence on app.invitation;
create policy fence on app.invitation as restrictive for all to public
    using      (organization_id = (select app.organization_id()))
    with check (organization_id = (select app.organization_id()));

drop policy if exists bosses_read on app.invitation;
create policy bosses_read on app.invitation for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin')));

drop policy if exists owner_invites on app.invitation;
create policy owner_invites on app.invitation for insert to hedgerow_app
    with check ((select app.role()) = 'owner' and invited_by = (select app.actor()));

drop policy if exists admin_invites on app.invitation;
create policy admin_invites on app.invitation for insert to hedgerow_app
    with check ((select app.role()) = 'admin' and role <> 'owner' and invited_by = (select app.actor()));

drop policy if exists owner_revokes on app.invitation;
create policy owner_revokes on app.invitation for update to hedgerow_app
    using      ((select app.role()) = 'owner')
    with check ((select app.role()) = 'owner');

drop policy if exists admin_revokes on app.invitation;
create policy admin_revokes on app.invitation for update to hedgerow_app
    using      ((select app.role()) = 'admin' and role <> 'owner')
    with check ((select app.role()) = 'admin' and role <> 'owner');

drop policy if exists worker_reads on app.invitation;
create policy worker_reads on app.invitation for select to hedgerow_worker
    using (true);

drop policy if exists worker_expires on app.invitation;
create policy worker_expires on app.invitation for update to hedgerow_worker
    using      (status = 'pending' and expires_at <= now())
    with check (status = 'expired');

drop policy if exists sign_in_reads on app.invitation;
create policy sign_in_reads on app.invitation for select to hedgerow_auth
    using (true);

-- For app.accept_invitation().
drop policy if exists sign_in_accepts on app.invitation;
create policy sign_in_accepts on app.invitation for update to hedgerow_auth
    using      (status = 'pending' and expires_at > now())
    with check (status = 'accepted');

-- For the trigger functions of authority.sql.
drop policy if exists authority_reads on app.invitation;
create policy authority_reads on app.invitation for select to hedgerow_owner
    using (true);

drop policy if exists authority_revokes on app.invitation;
create policy authority_revokes on app.invitation for update to hedgerow_owner
    using      (status = 'pending')
    with check (status = 'revoked');
reset role;
--rollback revoke all on app.invitation from hedgerow_app, hedgerow_worker, hedgerow_auth;
