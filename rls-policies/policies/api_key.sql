--liquibase formatted sql

--changeset hedgerow:policies-api-key runOnChange:true splitStatements:false stripComments:false
--comment: Owners and admins make and revoke keys, none above their own role. Hashes are unreadable.
set local role hedgerow_owner;
revoke all on app.api_key from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (organization_id, livemode, id, name, kind, role, agent_id, scopes, prefix, created_by, created_by_person,
    last_used_at, expires_at, revoked_at, created_at, updated_at, version) on app.api_key to hedgerow_app;
grant insert (organization_id, livemode, id, name, kind, role, agent_id, scopes, prefix, key_hash, created_by,
    expires_at) on app.api_key to hedgerow_app;
grant update (name, expires_at, revoked_at) on app.api_key to hedgerow_app;
grant select (organization_id, livemode, id, last_used_at, revoked_at) on app.api_key to hedgerow_auth;
grant update (last_used_at) on app.api_key to hedgerow_auth;

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

-- For app_private.note_use().
drop policy if exists sign_in_reads on app.api_key;
create policy sign_in_reads on app.api_key for select to hedgerow_auth
    using (true);

drop policy if exists sign_in_notes_use on app.api_key;
create policy sign_in_notes_use on app.api_key for update to hedgerow_auth
    using      (revoked_at is null)
    with check (revoked_at is null);

-- For trigger functions: revoke_keys(), and those of authority.sql, which also lock the key that grants
-- something.
drop policy if exists retirement_reads on app.api_key;
drop policy if exists authority_reads on app.api_key;
create policy authority_reads on app.api_key for select to hedgerow_owner
    using (true);

drop policy if exists retirement_revokes on app.api_key;
drop policy if exists authority_revokes on app.api_key;
create policy authority_revokes on app.api_key for update to hedgerow_owner
    using      (revoked_at is null)
    with check (revoked_at is not null);

-- No delete policy on purpose: a key is revoked, so that the audit log keeps its name.
reset role;
--rollback revoke all on app.api_key from hedgerow_app, hedgerow_worker, hedgerow_auth;
