--liquibase formatted sql

--changeset hedgerow:policies-auth-session runOnChange:true splitStatements:false stripComments:false
--comment: People see and end their own sessions, without the token's hash; sign-in creates them.
set local role hedgerow_owner;
revoke all on app.auth_session from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select (id, user_id, method, user_agent, ip_address, created_at, last_seen_at, expires_at, revoked_at
   ) on app.auth_session to hedgerow_app;
grant update (revoked_at) on app.auth_session to hedgerow_app;
grant select on app.auth_session to hedgerow_auth;
grant insert on app.auth_session to hedgerow_auth;
grant update (last_seen_at, revoked_at) on app.auth_session to hedgerow_auth;
grant delete on app.auth_session to hedgerow_auth;

drop policy if exists fence on app.auth_session;
create policy fence on app.auth_session as restrictive for all to hedgerow_app, hedgerow_worker
    using      (user_id = (select app.user_id()))
    with check (user_id = (select app.user_id()));

drop policy if exists person_reads on app.auth_session;
create policy person_reads on app.auth_session for select to hedgerow_app
    using (true);

drop policy if exists person_revokes on app.auth_session;
create policy person_revokes on app.auth_session for update to hedgerow_app
    using      (revoked_at is null)
    with check (revoked_at is not null);

drop policy if exists sign_in_reads on app.auth_session;
create policy sign_in_reads on app.auth_session for select to hedgerow_auth
    using (true);

drop policy if exists sign_in_adds on app.auth_session;
create policy sign_in_adds on app.auth_session for insert to hedgerow_auth
    with check (revoked_at is null);

-- Who deletes locks the row first, which needs this policy too.
drop policy if exists sign_in_revokes on app.auth_session;
drop policy if exists sign_in_updates on app.auth_session;
create policy sign_in_updates on app.auth_session for update to hedgerow_auth
    using      (revoked_at is null or expires_at < now() - interval '30 days')
    with check (true);

-- For app.forget_sign_ins().
drop policy if exists sign_in_forgets on app.auth_session;
create policy sign_in_forgets on app.auth_session for delete to hedgerow_auth
    using (expires_at < now() - interval '30 days');
reset role;
--rollback revoke all on app.auth_session from hedgerow_app, hedgerow_worker, hedgerow_auth;
