--liquibase formatted sql

--changeset hedgerow:policies-api-key runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins make and revoke keys; no key is stronger than who makes it. Hashes are unreadable.
set local role hedgerow_owner;
revoke all on app.api_key from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (organization_id, livemode, id, name, kind, role, scopes, prefix, created_by, last_used_at, expires_at,
    revoked_at, created_at, updated_at, version) on app.api_key to hedgerow_app;
grant insert (organization_id, livemode, id, name, kind, role, scopes, prefix, key_hash, created_by, expires_at
   ) on app.api_key to hedgerow_app;
grant update (name, expires_at, revoked_at) on app.api_key to hedgerow_app;

drop policy if exists fence on app.api_key;
create policy fence on app.api_key as restrictive for all to public
    using      (organization_id = (select app.organization_id()) and livemode = (select app.livemode()))
    with check (organization_id = (select app.organization_id()) and livemode = (select app.livemode()));

drop policy if exists bosses_read on app.api_key;
create policy bosses_read on app.api_key for select to hedgerow_app
    using ((select app.role() in ('owner', 'admin')));

drop policy if exists owner_creates on app.api_key;
create policy owner_creates on app.api_key for insert to hedgerow_app
    with check ((select app.role()) = 'owner' and created_by = (select app.actor()));

drop policy if exists admin_creates on app.api_key;
create policy admin_creates on app.api_key for insert to hedgerow_app
    with check ((select app.role()) = 'admin' and role <> 'owner' and created_by = (select app.actor()));

drop policy if exists owner_updates on app.api_key;
create policy owner_updates on app.api_key for update to hedgerow_app
    using      ((select app.role()) = 'owner')
    with check ((select app.role()) = 'owner');

drop policy if exists admin_updates on app.api_key;
create policy admin_updates on app.api_key for update to hedgerow_app
    using      ((select app.role()) = 'admin' and role <> 'owner')
    with check ((select app.role()) = 'admin' and role <> 'owner');

-- No delete policy on purpose: a key is revoked, so that the audit log keeps its name.
reset role;
--rollback revoke all on app.api_key from hedgerow_app, hedgerow_worker, hedgerow_auth;
