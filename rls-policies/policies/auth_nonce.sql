--liquibase formatted sql

--changeset hedgerow:policies-auth-nonce runOnChange:true splitStatements:false stripComments:false
--comment: Only the sign-in functions read and write nonces.
set local role hedgerow_owner;
revoke all on app.auth_nonce from public, hedgerow_app, hedgerow_worker, hedgerow_auth, hedgerow_reviewer;
grant select on app.auth_nonce to hedgerow_auth;
grant insert on app.auth_nonce to hedgerow_auth;
grant update (consumed_at) on app.auth_nonce to hedgerow_auth;
grant delete on app.auth_nonce to hedgerow_auth;

drop policy if exists sign_in_reads on app.auth_nonce;
create policy sign_in_reads on app.auth_nonce for select to hedgerow_auth
    using (true);

drop policy if exists sign_in_adds on app.auth_nonce;
create policy sign_in_adds on app.auth_nonce for insert to hedgerow_auth
    with check (consumed_at is null);

-- Who deletes locks the row first, which needs this policy too.
drop policy if exists sign_in_consumes on app.auth_nonce;
create policy sign_in_consumes on app.auth_nonce for update to hedgerow_auth
    using      (consumed_at is null or expires_at < now())
    with check (consumed_at is not null);

drop policy if exists sign_in_forgets on app.auth_nonce;
create policy sign_in_forgets on app.auth_nonce for delete to hedgerow_auth
    using (expires_at < now());
reset role;
--rollback revoke all on app.auth_nonce from hedgerow_app, hedgerow_worker, hedgerow_auth;
